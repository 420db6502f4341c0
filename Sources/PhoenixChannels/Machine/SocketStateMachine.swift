/// The protocol of one socket: its channels, the numbers of its messages, what is in flight, the heartbeat.
///
/// States: `connecting`, `open`, `closing` (a close of our own is on its way), `closed` (terminal). Commands outside
/// `open` throw and change nothing. What the server sends against the protocol, or late, is dropped: a reply that nobody
/// waits for, a join_ref of an earlier join, a topic not joined. An unreadable frame is the `Connection`'s to judge.
struct SocketStateMachine: Sendable {
    private enum State {
        case connecting, open, closing, closed
    }

    private enum InFlight {
        case join(topic: String)
        case leave(topic: String)
        case push(topic: String)

        var topic: String {
            switch self {
            case .join(let topic), .leave(let topic), .push(let topic): topic
            }
        }
    }

    enum HeartbeatAction: Equatable {
        case send(Message)
        /// The last one was not answered within an interval.
        case timedOut
        case none
    }

    private var state = State.connecting
    private var lastRef: UInt64 = 0
    private var channels: [String: ChannelStateMachine] = [:]
    private var inFlight: [Ref: InFlight] = [:]
    private var heartbeat: Ref?

    // MARK: Commands

    mutating func join(_ topic: String, params: JSONText) throws(CommandError) -> Message {
        try requireOpen()
        guard topic != Self.ownTopic else { throw .reserved }
        let ref = Ref(lastRef + 1)
        try channels[topic, default: .unjoined].join(ref)
        lastRef += 1
        inFlight[ref] = .join(topic: topic)
        return message(joinRef: ref, ref, topic, "phx_join", .json(params))
    }

    mutating func leave(_ topic: String) throws(CommandError) -> Message {
        try requireOpen()
        guard let joinRef = try channels[topic]?.leave() else { throw .notJoined }
        inFlight[joinRef] = nil
        let ref = nextRef()
        inFlight[ref] = .leave(topic: topic)
        return message(joinRef: joinRef, ref, topic, "phx_leave", .json(.emptyObject))
    }

    mutating func push(
        _ topic: String, event: String, payload: Payload
    ) throws(CommandError) -> (ref: Ref, message: Message) {
        try requireOpen()
        guard !event.hasPrefix("phx_") else { throw .reserved }
        guard let joinRef = try channels[topic]?.push() else { throw .notJoined }
        let ref = nextRef()
        inFlight[ref] = .push(topic: topic)
        return (ref, message(joinRef: joinRef, ref, topic, event, payload))
    }

    /// Nobody waits for these replies any more.
    mutating func forget(_ refs: [Ref]) {
        for ref in refs { inFlight[ref] = nil }
    }

    /// An interval has passed since the last heartbeat, or since the socket opened.
    mutating func heartbeatDue() -> HeartbeatAction {
        guard state == .open else { return .none }
        guard heartbeat == nil else { return .timedOut }
        let ref = nextRef()
        heartbeat = ref
        let beat = Message(
            joinRef: nil, ref: WireRef(ref), topic: Self.ownTopic, event: "heartbeat", payload: .json(.emptyObject))
        return .send(beat)
    }

    /// A close is asked for.
    ///
    /// - Returns: whether there is anything to close.
    mutating func close() -> Bool {
        guard state == .connecting || state == .open else { return false }
        state = .closing
        return true
    }

    // MARK: Events

    mutating func opened() -> [ConnectionEvent] {
        guard state == .connecting else { return [] }
        state = .open
        return [.connected]
    }

    mutating func connectFailed(_ error: ConnectError) -> [ConnectionEvent] {
        guard state == .connecting || state == .closing else { return [] }
        let wasClosing = state == .closing
        state = .closed
        return [.connectFailed(wasClosing ? .cancelled : error)]
    }

    /// The websocket has ended, and with it every channel and push.
    mutating func closed(_ end: Disconnection) -> [ConnectionEvent] {
        guard state != .closed else { return [] }
        let wasClosing = state == .closing
        state = .closed
        var events = lose(.disconnected) { _ in true }
        for (topic, channel) in channels.sorted(by: { $0.key < $1.key }) {
            switch channel {
            case .joining: events.append(.joinFailed(topic: topic, .lost(.disconnected)))
            case .leaving: events.append(.left(topic: topic))
            case .joined, .unjoined: break
            }
        }
        channels = [:]
        inFlight = [:]
        heartbeat = nil
        let requested = Disconnection(cause: .requested, code: end.code, reason: end.reason)
        events.append(.disconnected(wasClosing ? requested : end))
        return events
    }

    mutating func received(_ message: Message) -> [ConnectionEvent] {
        guard state == .open || state == .closing else { return [] }
        switch message.event {
        case "phx_reply": return replied(message)
        case "phx_close": return channelEnded(message, .channelClosed, .topicClosed(topic: message.topic))
        case "phx_error":
            return channelEnded(
                message, .channelCrashed, .topicError(topic: message.topic, payload: message.payload))
        default:
            guard channels[message.topic]?.takes(joinRef: message.joinRef) == true else { return [] }
            return [.message(topic: message.topic, event: message.event, payload: message.payload)]
        }
    }

    private mutating func replied(_ message: Message) -> [ConnectionEvent] {
        guard let ref = message.ref?.ref, let reply = message.reply else { return [] }
        if ref == heartbeat, message.topic == Self.ownTopic {
            heartbeat = nil
            return []
        }
        switch inFlight[ref] {
        case .join(let topic) where topic == message.topic:
            inFlight[ref] = nil
            switch channels[topic]?.joinReplied(reply) {
            case .joined(let response): return [.joined(topic: topic, response: response)]
            case .failed(let failure): return [.joinFailed(topic: topic, failure)]
            case .ignored, nil: return []
            }
        case .leave(let topic) where topic == message.topic:
            inFlight[ref] = nil
            guard channels[topic]?.leaveReplied() == .left else { return [] }
            return end(of: topic, .left, .left(topic: topic))
        case .push(let topic) where topic == message.topic:
            inFlight[ref] = nil
            return [.replied(topic: topic, ref: ref, reply)]
        case .join, .leave, .push, nil:
            return []
        }
    }

    private mutating func channelEnded(
        _ message: Message, _ loss: ReplyLoss, _ event: ConnectionEvent
    ) -> [ConnectionEvent] {
        let topic = message.topic
        switch channels[topic]?.ended(joinRef: message.joinRef) {
        case .joinFailed: return end(of: topic, loss, .joinFailed(topic: topic, .lost(loss)))
        case .left: return end(of: topic, .left, .left(topic: topic))
        case .ended: return end(of: topic, loss, event)
        case .ignored, nil: return []
        }
    }

    /// A channel has ended: its pushes in flight are lost, and then that is told.
    private mutating func end(of topic: String, _ loss: ReplyLoss, _ event: ConnectionEvent) -> [ConnectionEvent] {
        channels[topic] = nil
        let lost = lose(loss) { $0 == topic }
        for (ref, flight) in inFlight where flight.topic == topic { inFlight[ref] = nil }
        return lost + [event]
    }

    /// The pushes on these topics, oldest first, as lost; they are in flight no more.
    private mutating func lose(_ loss: ReplyLoss, _ isLost: (String) -> Bool) -> [ConnectionEvent] {
        var lost: [(ref: Ref, topic: String)] = []
        for (ref, flight) in inFlight {
            guard case .push(let topic) = flight, isLost(topic) else { continue }
            lost.append((ref, topic))
        }
        lost.sort { $0.ref < $1.ref }
        for (ref, _) in lost { inFlight[ref] = nil }
        return lost.map { .replyLost(topic: $0.topic, ref: $0.ref, loss) }
    }

    // MARK: Numbers

    private static let ownTopic = "phoenix"

    private func requireOpen() throws(CommandError) {
        guard state == .open else { throw .notConnected }
    }

    private mutating func nextRef() -> Ref {
        lastRef += 1
        return Ref(lastRef)
    }

    private func message(
        joinRef: Ref, _ ref: Ref, _ topic: String, _ event: String, _ payload: Payload
    ) -> Message {
        Message(joinRef: WireRef(joinRef), ref: WireRef(ref), topic: topic, event: event, payload: payload)
    }
}
