/// The protocol of one socket: its websocket's life, its channels, the numbers of its messages, what is in flight, the
/// heartbeat.
///
/// States: those of `LinkStateMachine`. Commands other than joins throw unless it is open, and change nothing; a topic
/// whose join is wanted earlier waits. What the server sends against the protocol, or late, is dropped: a reply that nobody
/// waits for, a join_ref of an earlier join, a topic not joined. An unreadable frame is the `Connection`'s to judge. Refs go
/// on over all connections, so that no late reply is taken for that of another push.
struct SocketStateMachine: Sendable {
    enum InFlight {
        case join(topic: String)
        case leave(topic: String)
        case push(topic: String)

        var topic: String {
            switch self {
            case .join(let topic), .leave(let topic), .push(let topic): topic
            }
        }
    }

    /// A channel, and how long to wait before it is joined anew.
    struct Channel {
        var machine = ChannelStateMachine.unjoined
        /// Asked by the `Connection` at each join.
        var params: @Sendable () -> JSONText
        var backoff: Backoff
        var joinedAt: Duration?
        /// Channels are joined in the order in which they were asked for.
        let number: UInt64
    }

    static let ownTopic = "phoenix"

    let rejoinPolicy: RejoinPolicy?
    var link: LinkStateMachine
    var heartbeat: HeartbeatMachine
    var jitter: Jitter
    var channels: [String: Channel] = [:]
    var inFlight: [Ref: InFlight] = [:]
    /// Up to this number pushes may be in flight that are not kept there.
    var untrackedThrough = Ref(0)
    private var lastRef: UInt64 = 0
    private var nextChannel: UInt64 = 0

    /// The waits' jitter is drawn out of `seed`.
    init(_ configuration: ConnectionConfiguration, seed: UInt64) {
        rejoinPolicy = configuration.rejoin
        link = LinkStateMachine(configuration.reconnect)
        heartbeat = HeartbeatMachine(
            interval: configuration.heartbeatInterval, timeout: configuration.heartbeatTimeout)
        jitter = Jitter(seed: seed)
    }

    // MARK: Commands

    /// Wants a topic joined; its join is to be made with `joinMessage`, at once if it says so.
    mutating func join(
        _ topic: String, params: @escaping @Sendable () -> JSONText
    ) throws(CommandError) -> Bool {
        guard link.isExpected else { throw .notConnected }
        guard topic != Self.ownTopic else { throw .reserved }
        var channel = channels[topic] ?? Channel(params: params, backoff: newBackoff, number: nextChannel)
        try channel.machine.join()
        channel.params = params
        nextChannel += 1
        channels[topic] = channel
        return link.isOpen
    }

    /// The join of a topic that is to be joined now; nil when it isn't, any more.
    mutating func joinMessage(_ topic: String, params: JSONText, at now: Duration) -> Message? {
        guard link.isOpen, channels[topic]?.machine.isDue(at: now) == true else { return nil }
        let ref = nextRef()
        channels[topic]?.machine.sent(ref)
        inFlight[ref] = .join(topic: topic)
        return message(joinRef: ref, ref, topic, "phx_join", .json(params))
    }

    /// The join of a topic that is to be joined now can't be sent, and isn't tried again.
    mutating func refuseJoin(_ topic: String, _ failure: JoinFailure, at now: Duration) -> [ConnectionEvent] {
        guard link.isOpen, var machine = channels[topic]?.machine, machine.isDue(at: now) else { return [] }
        let rejoin = machine.refused()
        channels[topic] = nil
        return [.joinFailed(topic: topic, failure, rejoin: rejoin)]
    }

    /// Leaves a topic, which is forgotten at once when there is no connection.
    ///
    /// - Returns: nil when the server is not to be told: it doesn't know of the topic.
    mutating func leave(_ topic: String) throws(CommandError) -> Message? {
        guard link.isOpen else {
            channels[topic] = nil
            throw .notConnected
        }
        guard let joinRef = try leaveChannel(topic) else {
            channels[topic] = nil
            return nil
        }
        inFlight[joinRef] = nil
        let ref = nextRef()
        inFlight[ref] = .leave(topic: topic)
        return message(joinRef: joinRef, ref, topic, "phx_leave", .json(.emptyObject))
    }

    private mutating func leaveChannel(_ topic: String) throws(CommandError) -> Ref? {
        guard var channel = channels[topic] else { throw .notJoined }
        let joinRef = try channel.machine.leave()
        channels[topic] = channel
        return joinRef
    }

    mutating func push(
        _ topic: String, event: String, payload: Payload
    ) throws(CommandError) -> (ref: Ref, message: Message) {
        guard link.isOpen else { throw .notConnected }
        guard !event.hasPrefix("phx_") else { throw .reserved }
        guard let joinRef = try channels[topic]?.machine.push() else { throw .notJoined }
        let ref = nextRef()
        inFlight[ref] = .push(topic: topic)
        return (ref, message(joinRef: joinRef, ref, topic, event, payload))
    }

    /// Nobody waits for these replies any more.
    mutating func forget(_ refs: [Ref]) {
        for ref in refs { inFlight[ref] = nil }
    }

    /// These pushes are not kept any more: a reply is told if it comes on the join that they belong to, a loss isn't.
    mutating func untrack(_ refs: [Ref]) {
        forget(refs)
        untrackedThrough = max(untrackedThrough, refs.max() ?? untrackedThrough)
    }

    /// A push is kept again.
    ///
    /// - Returns: false when the join that it belongs to doesn't stand.
    mutating func track(_ ref: Ref, on topic: String) -> Bool {
        guard let joinRef = channels[topic]?.machine.joinRef, ref > joinRef else { return false }
        inFlight[ref] = .push(topic: topic)
        return true
    }

    // MARK: Numbers

    private var newBackoff: Backoff {
        Backoff(minDelay: rejoinPolicy?.minDelay ?? .zero, maxDelay: rejoinPolicy?.maxDelay ?? .zero)
    }

    mutating func nextRef() -> Ref {
        lastRef += 1
        return Ref(lastRef)
    }

    private func message(
        joinRef: Ref, _ ref: Ref, _ topic: String, _ event: String, _ payload: Payload
    ) -> Message {
        Message(joinRef: WireRef(joinRef), ref: WireRef(ref), topic: topic, event: event, payload: payload)
    }
}
