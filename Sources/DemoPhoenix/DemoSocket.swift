import DequeModule
import PhoenixChannels

/// One websocket of the demo server, without I/O: frames in, what is to be done out.
///
/// States: reading; blocked behind a slow join, when frames wait unread; closed (terminal), when all is dropped. It
/// answers as Phoenix 1.8 was recorded to: `Phoenix.Socket` decides on join, leave, heartbeat and the unmatched topic,
/// and a `DemoChannel` on everything else. A frame that isn't a message closes the socket with 1011, one that isn't
/// UTF-8 with 1007.
struct DemoSocket {
    private enum State {
        case reading, blocked, closed
    }

    /// Phoenix's own bound since 1.8.9 (transcript `join_max_channels`).
    static let maxChannels = 100
    /// Frames that may wait behind a slow join; past it the socket is closed.
    static let maxWaiting = 10_000
    private static let internalError: UInt16 = 1011
    private static let notUTF8: UInt16 = 1007
    /// Jason's refusals, at any depth that a stack can bear.
    private static let limits = JSONLimits(maxDepth: 512, refusesLoneSurrogates: true, refusesHugeNumbers: true)

    private var state = State.reading
    private var channels: [String: DemoChannel] = [:]
    private var lastChannel = 0
    private var waiting = Deque<Frame>()

    /// Whether any topic is joined: a stopping server closes with another code then.
    var hasChannels: Bool { !channels.isEmpty }

    mutating func received(_ frame: Frame) -> [DemoAction] {
        switch state {
        case .closed: return []
        case .blocked:
            guard waiting.count < Self.maxWaiting else { return close(Self.internalError) }
            waiting.append(frame)
            return []
        case .reading: return read(frame)
        }
    }

    /// A wait is over.
    mutating func elapsed(_ timer: DemoTimer) -> [DemoAction] {
        guard state != .closed else { return [] }
        switch timer {
        case .reply(let id, let reply):
            return channels[reply.topic]?.id == id ? [send(reply)] : []
        case .stop(let id, let topic):
            guard let channel = channels[topic], channel.id == id else { return [] }
            return end(channel, topic, "phx_close", "{}")
        case .joinDone(let message):
            state = .reading
            var actions = join(message)
            while state == .reading, let frame = waiting.popFirst() { actions += read(frame) }
            return actions
        }
    }

    private mutating func read(_ frame: Frame) -> [DemoAction] {
        if case .text(let bytes) = frame, String(validating: bytes, as: UTF8.self) == nil {
            return close(Self.notUTF8)
        }
        guard let message = try? V2Serializer.decode(frame, by: .client), Self.isDecodable(message.payload) else {
            return close(Self.internalError)
        }
        return route(message)
    }

    /// What Phoenix's JSON library refuses, it closes the socket over.
    private static func isDecodable(_ payload: Payload) -> Bool {
        switch payload {
        case .json(let text): (try? JSONText(validating: text.bytes, limits: limits)) != nil
        case .binary: true
        }
    }

    private mutating func close(_ code: UInt16) -> [DemoAction] {
        state = .closed
        let left = channels.keys.sorted().map { DemoAction.left(topic: $0) }
        channels = [:]
        waiting = []
        return left + [.close(code)]
    }

    private mutating func route(_ message: Message) -> [DemoAction] {
        switch (message.topic, message.event) {
        case ("phoenix", "heartbeat"):
            return [reply(to: message, joinRef: nil, "ok", "{}")]
        case ("phoenix", _):
            return [unmatched(message)]
        case ("rooms:slow", "phx_join"):
            state = .blocked
            let delay = DemoChannel.integer(message.payload, "delay_ms") ?? 0
            return [.wait(DemoChannel.duration(milliseconds: delay), .joinDone(message))]
        case (_, "phx_join"):
            return join(message)
        case (_, "phx_leave"):
            return leave(message)
        case (_, _):
            guard let channel = channels[message.topic] else { return [unmatched(message)] }
            guard channel.takes(message) else { return [] }
            return serve(channel, message)
        }
    }

    private mutating func join(_ message: Message) -> [DemoAction] {
        let topic = message.topic
        guard topic.hasPrefix("rooms:") else { return [unmatched(message)] }
        let earlier = channels[topic]
        guard earlier != nil || channels.count < Self.maxChannels else {
            return [refusal(message, "too many channels joined")]
        }
        if topic == "rooms:private" { return [refusal(message, "unauthorized")] }
        if topic == "rooms:crash-on-join" { return [refusal(message, "join crashed")] }
        lastChannel += 1
        let channel = DemoChannel(id: lastChannel, joinRef: message.joinRef, shownRef: message.joinRef ?? message.ref)
        channels[topic] = channel
        var actions: [DemoAction] = [.joined(topic: topic), joinReply(message)]
        if let earlier { actions.append(push(earlier, topic, ref: earlier.shownRef, "phx_close", "{}")) }
        if DemoChannel.member(message.payload, "push_on_join")?.bool == true {
            actions.append(push(channel, topic, ref: nil, "welcome", #"{"topic":"\#(topic)"}"#))
        }
        if let delay = DemoChannel.integer(message.payload, "stop_after_ms") {
            actions.append(
                .wait(DemoChannel.duration(milliseconds: delay), .stop(channel: channel.id, topic: topic)))
        }
        return actions
    }

    /// `{}`, or what the params ask for: `"echo":true` for themselves, `"binary_reply":true` for three bytes.
    private func joinReply(_ message: Message) -> DemoAction {
        var response = DemoChannel.json("{}")
        if DemoChannel.member(message.payload, "echo")?.bool == true, case .json(let params) = message.payload {
            response = DemoChannel.json(#"{"echo":\#(String(decoding: params.bytes, as: UTF8.self))}"#)
        } else if DemoChannel.member(message.payload, "binary_reply")?.bool == true {
            response = .binary([1, 2, 3])
        }
        return send(
            .reply(
                joinRef: message.joinRef, ref: message.ref, topic: message.topic, status: "ok", response: response))
    }

    private mutating func leave(_ message: Message) -> [DemoAction] {
        guard let channel = channels[message.topic] else {
            return [reply(to: message, joinRef: message.joinRef, "ok", "{}")]
        }
        guard channel.takes(message) else { return [] }
        return [reply(to: message, joinRef: channel.shownRef, "ok", "{}")]
            + end(channel, message.topic, "phx_close", "{}")
    }

    private mutating func serve(_ channel: DemoChannel, _ message: Message) -> [DemoAction] {
        let topic = message.topic
        var actions: [DemoAction] = []
        for effect in DemoChannel.effects(of: message.event, message.payload) {
            switch effect {
            case .reply(let status, let response):
                actions.append(send(reply(channel, message, status, response)))
            case .replyLater(let delay, let response):
                actions.append(.wait(delay, .reply(channel: channel.id, reply(channel, message, "ok", response))))
            case .push(let event, let payload):
                actions.append(
                    send(Message(joinRef: channel.shownRef, ref: nil, topic: topic, event: event, payload: payload)))
            case .broadcast(let event, let payload, let toSelf):
                let shout = Message(joinRef: nil, ref: nil, topic: topic, event: event, payload: payload)
                actions.append(.broadcast(shout, toSelf: toSelf))
            case .stop:
                actions += end(channel, topic, "phx_close", "{}")
            case .crash:
                actions += end(channel, topic, "phx_error", #"{"reason":"channel_crash"}"#)
            }
        }
        return actions
    }

    private mutating func end(
        _ channel: DemoChannel, _ topic: String, _ event: String, _ payload: String
    ) -> [DemoAction] {
        channels[topic] = nil
        return [push(channel, topic, ref: channel.shownRef, event, payload), .left(topic: topic)]
    }

    // MARK: Messages

    private func reply(_ channel: DemoChannel, _ message: Message, _ status: String, _ response: Payload) -> Message {
        .reply(
            joinRef: channel.shownRef, ref: message.ref, topic: message.topic, status: status, response: response)
    }

    private func reply(to message: Message, joinRef: WireRef?, _ status: String, _ response: String) -> DemoAction {
        send(
            .reply(
                joinRef: joinRef, ref: message.ref, topic: message.topic, status: status,
                response: DemoChannel.json(response)))
    }

    /// Always without a join_ref (transcript `push_before_join`).
    private func unmatched(_ message: Message) -> DemoAction {
        reply(to: message, joinRef: nil, "error", #"{"reason":"unmatched topic"}"#)
    }

    private func refusal(_ message: Message, _ reason: String) -> DemoAction {
        reply(to: message, joinRef: message.joinRef, "error", #"{"reason":"\#(reason)"}"#)
    }

    private func push(
        _ channel: DemoChannel, _ topic: String, ref: WireRef?, _ event: String, _ payload: String
    ) -> DemoAction {
        send(
            Message(
                joinRef: channel.shownRef, ref: ref, topic: topic, event: event, payload: DemoChannel.json(payload)))
    }

    /// A name too long for a binary frame can't come out of one, so the text of a crash is never seen.
    private func send(_ message: Message) -> DemoAction {
        .send((try? V2Serializer.encode(message, by: .server)) ?? .text([]))
    }
}
