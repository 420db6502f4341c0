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

    /// Frames that may wait behind a slow join; past it the socket is closed.
    static let maxWaiting = 10_000
    private static let internalError: UInt16 = 1011
    private static let notUTF8: UInt16 = 1007
    /// Jason's refusals, at any depth that a stack can bear.
    private static let limits = JSONLimits(maxDepth: 512, refusesLoneSurrogates: true, refusesHugeNumbers: true)

    let upgrade: DemoUpgrade
    /// Every join takes so long, whatever its topic.
    var joinDelay = Duration.zero
    var channels: [String: DemoChannel] = [:]
    var lastChannel = 0
    private var state = State.reading
    private var waiting = Deque<Frame>()

    init(_ upgrade: DemoUpgrade) {
        self.upgrade = upgrade
    }

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
            return channels[reply.topic]?.id == id ? [.send(reply)] : []
        case .stop(let id, let topic):
            guard let channel = channels[topic], channel.id == id else { return [] }
            return end(channel, topic, "phx_close", "{}")
        case .joinDone(let message):
            state = .reading
            var actions = join(message)
            while state == .reading, let frame = waiting.popFirst() { actions += read(frame) }
            return actions
        case .leave(let id, let message):
            guard let channel = channels[message.topic], channel.id == id else { return [] }
            return leave(channel, message)
        case .tick(let id, let topic, let tick):
            guard let channel = channels[topic], channel.id == id, channel.ticker == tick.ticker else { return [] }
            return self.tick(channel, topic, tick)
        }
    }

    /// Ends every channel, and the socket with it; nothing is said for each channel.
    mutating func close(_ code: UInt16) -> [DemoAction] {
        state = .closed
        let left = channels.keys.sorted().map { DemoAction.left(topic: $0) }
        channels = [:]
        waiting = []
        return left + [.close(code)]
    }

    private mutating func read(_ frame: Frame) -> [DemoAction] {
        if case .text(let bytes) = frame, String(validating: bytes, as: UTF8.self) == nil {
            return close(Self.notUTF8)
        }
        guard let message = upgrade.serializer.decode(frame), Self.isDecodable(message.payload) else {
            return oddTopicAnswer(frame).map { [.sendFrame($0)] } ?? close(Self.internalError)
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

    /// A topic that is no string is unmatched, and echoed (transcript `malformed_topic_not_a_string`).
    private func oddTopicAnswer(_ frame: Frame) -> Frame? {
        guard upgrade.serializer == .v2, case .text(let bytes) = frame,
            let text = try? JSONText(validating: bytes, limits: Self.limits)
        else { return nil }
        let elements = text.slice.elements()
        guard elements.count >= 5, elements[2].kind != .string else { return nil }
        var answer = Array("[null,".utf8)
        answer += elements[1].bytes
        answer.append(UInt8(ascii: ","))
        answer += elements[2].bytes
        answer += Array(#","phx_reply",{"response":{"reason":"unmatched topic"},"status":"error"}]"#.utf8)
        return .text(answer)
    }

    private mutating func route(_ message: Message) -> [DemoAction] {
        switch (message.topic, message.event) {
        case ("phoenix", "heartbeat"):
            return [reply(to: message, joinRef: nil, "ok", "{}")]
        case ("phoenix", _):
            return [unmatched(message)]
        case (let topic, "phx_join"):
            let asked = topic == "rooms:slow" ? DemoChannel.integer(message.payload, "delay_ms") ?? 0 : 0
            let delay = max(joinDelay, DemoChannel.duration(milliseconds: asked))
            guard delay > .zero else { return join(message) }
            state = .blocked
            return [.wait(delay, .joinDone(message))]
        case (_, "phx_leave"):
            guard let channel = channels[message.topic] else {
                return [reply(to: message, joinRef: message.joinRef, "ok", "{}")]
            }
            guard channel.takes(message) else { return [] }
            guard upgrade.leaveDelay == .zero else {
                return [.wait(upgrade.leaveDelay, .leave(channel: channel.id, message))]
            }
            return leave(channel, message)
        case (_, _):
            guard let channel = channels[message.topic] else { return [unmatched(message)] }
            guard channel.takes(message) else { return [] }
            return serve(channel, message)
        }
    }
}
