import PhoenixChannels

extension DemoSocket {
    mutating func join(_ message: Message) -> [DemoAction] {
        let topic = message.topic
        let isPresence = topic.hasPrefix("presence:")
        guard isPresence || topic.hasPrefix("rooms:") else { return [unmatched(message)] }
        let earlier = channels[topic]
        guard earlier != nil || channels.count < upgrade.mount.maxChannels else {
            return [refusal(message, "too many channels joined")]
        }
        if topic == "rooms:private" { return [refusal(message, "unauthorized")] }
        if topic == "rooms:crash-on-join" { return [refusal(message, "join crashed")] }
        lastChannel += 1
        let channel = DemoChannel(id: lastChannel, joinRef: message.joinRef, shownRef: message.joinRef ?? message.ref)
        channels[topic] = channel
        var actions: [DemoAction] = [.joined(topic: topic), joinReply(message)]
        if let earlier { actions.append(push(earlier, topic, ref: earlier.shownRef, "phx_close", "{}")) }
        if isPresence {
            let key = DemoChannel.member(message.payload, "name")?.string ?? "anonymous"
            actions.append(.track(topic: topic, key: key, joinRef: channel.shownRef))
        }
        return actions + askedFor(by: message, channel)
    }

    /// What the params of a join ask for: `push_on_join`, `stop_after_ms`, and `tick_every_ms` with `tick_size`.
    private func askedFor(by message: Message, _ channel: DemoChannel) -> [DemoAction] {
        let topic = message.topic
        var actions: [DemoAction] = []
        if DemoChannel.member(message.payload, "push_on_join")?.bool == true {
            actions.append(push(channel, topic, ref: nil, "welcome", #"{"topic":\#(DemoChannel.quoted(topic))}"#))
        }
        if let delay = DemoChannel.integer(message.payload, "stop_after_ms") {
            actions.append(
                .wait(DemoChannel.duration(milliseconds: delay), .stop(channel: channel.id, topic: topic)))
        }
        if let interval = DemoChannel.integer(message.payload, "tick_every_ms") {
            let size = DemoChannel.integer(message.payload, "tick_size") ?? 0
            let tick = DemoTick(
                interval: max(DemoChannel.duration(milliseconds: interval), DemoTick.minInterval),
                ticker: channel.ticker, size: min(max(0, size), DemoChannel.maxBurstMessage), number: 1)
            actions.append(.wait(tick.interval, .tick(channel: channel.id, topic: topic, tick)))
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
        return .send(
            .reply(
                joinRef: message.joinRef, ref: message.ref, topic: message.topic, status: "ok", response: response))
    }

    mutating func leave(_ channel: DemoChannel, _ message: Message) -> [DemoAction] {
        [reply(to: message, joinRef: channel.shownRef, "ok", "{}")] + end(channel, message.topic, "phx_close", "{}")
    }

    /// Kills a topic's channel, or all with nil (transcript `channel_killed`).
    mutating func crash(_ topic: String?) -> [DemoAction] {
        channels.filter { topic == nil || $0.key == topic }
            .sorted { $0.key < $1.key }
            .flatMap { crash($0.value, $0.key) }
    }

    private mutating func crash(_ channel: DemoChannel, _ topic: String) -> [DemoAction] {
        end(channel, topic, "phx_error", #"{"reason":"channel_crash"}"#)
    }

    mutating func serve(_ channel: DemoChannel, _ message: Message) -> [DemoAction] {
        let topic = message.topic
        var actions: [DemoAction] = []
        for effect in DemoChannel.effects(of: message.event, message.payload) {
            switch effect {
            case .reply(let status, let response):
                actions.append(.send(reply(channel, message, status, response)))
            case .replyLater(let delay, let response):
                actions.append(.wait(delay, .reply(channel: channel.id, reply(channel, message, "ok", response))))
            case .push(let event, let payload, let isCounted):
                actions.append(
                    .send(
                        Message(joinRef: channel.shownRef, ref: nil, topic: topic, event: event, payload: payload),
                        counted: isCounted))
            case .broadcast(let event, let payload, let toSelf, let isCounted):
                let shout = Message(joinRef: nil, ref: nil, topic: topic, event: event, payload: payload)
                actions.append(.broadcast(shout, toSelf: toSelf, counted: isCounted))
            case .burst(let count, let size, let isCounted):
                actions.append(
                    .burst(
                        DemoBurst(
                            joinRef: channel.shownRef, topic: topic, count: count, size: size, isCounted: isCounted)))
            case .whoami:
                actions.append(.send(reply(channel, message, "ok", upgrade.whoami(joinRef: message.joinRef))))
            case .updatePresence(let status):
                guard topic.hasPrefix("presence:") else { return actions + crash(channel, topic) }
                actions.append(.send(reply(channel, message, "ok", DemoChannel.json("{}"))))
                actions.append(.updatePresence(topic: topic, status: status))
            case .count(let interval):
                channels[topic]?.ticker += 1
                let tick = DemoTick(interval: interval, ticker: channel.ticker + 1, size: nil, number: 1)
                actions.append(.wait(interval, .tick(channel: channel.id, topic: topic, tick)))
            case .stop:
                actions += end(channel, topic, "phx_close", "{}")
            case .crash:
                actions += crash(channel, topic)
            }
        }
        return actions
    }

    func tick(_ channel: DemoChannel, _ topic: String, _ tick: DemoTick) -> [DemoAction] {
        let payload = tick.size.map { DemoChannel.tick($0, tick.number) } ?? DemoChannel.json("{}")
        let message = Message(joinRef: channel.shownRef, ref: nil, topic: topic, event: "tick", payload: payload)
        return [
            .send(message, counted: tick.size == nil),
            .wait(tick.interval, .tick(channel: channel.id, topic: topic, tick.next)),
        ]
    }

    mutating func end(
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

    func reply(to message: Message, joinRef: WireRef?, _ status: String, _ response: String) -> DemoAction {
        .send(
            .reply(
                joinRef: joinRef, ref: message.ref, topic: message.topic, status: status,
                response: DemoChannel.json(response)))
    }

    /// Always without a join_ref (transcript `push_before_join`).
    func unmatched(_ message: Message) -> DemoAction {
        reply(to: message, joinRef: nil, "error", #"{"reason":"unmatched topic"}"#)
    }

    private func refusal(_ message: Message, _ reason: String) -> DemoAction {
        reply(to: message, joinRef: message.joinRef, "error", #"{"reason":"\#(reason)"}"#)
    }

    private func push(
        _ channel: DemoChannel, _ topic: String, ref: WireRef?, _ event: String, _ payload: String
    ) -> DemoAction {
        .send(
            Message(
                joinRef: channel.shownRef, ref: ref, topic: topic, event: event, payload: DemoChannel.json(payload)))
    }
}
