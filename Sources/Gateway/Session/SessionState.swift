import PhoenixChannels

/// What a session knows, under its one lock: the connection's state, the topics, the log and who waits for what.
struct SessionState {
    enum Phase {
        case connecting
        case connected
        /// Another attempt is made after `retryIn`, if there is to be one.
        case disconnected(DownCause, retryIn: Duration?)
        case ended(EndReason)
    }

    /// Why there is no connection.
    enum DownCause {
        case connectFailed(ConnectError)
        case lost(Disconnection)

        /// Whether the upstream has said no to who connects, as other credentials might change.
        var isRefusal: Bool {
            switch self {
            case .connectFailed(.refused(let refusal)): refusal.status == 401 || refusal.status == 403
            case .connectFailed(.tokenNotTaken): true
            case .connectFailed(.proxyRefused), .connectFailed(.failed), .connectFailed(.untrusted),
                .connectFailed(.noDescriptors), .connectFailed(.timedOut), .connectFailed(.cancelled),
                .connectFailed(.notAllowed), .lost:
                false
            }
        }
    }

    /// What is left to do for a session that has ended, once the lock is free.
    struct Ending {
        let connection: (any ChannelClient)?
        /// Nil when the session never came to be: it is not remembered.
        let reason: EndReason?
    }

    let id: SessionID
    let name: String?
    let basePath: BasePath
    /// As first given.
    let spec: SessionSpec
    /// What the next connect goes by: the spec's, until they are replaced.
    var parts: EndpointParts
    /// Goes up whenever `parts` are replaced.
    var partsVersion: UInt64 = 0
    let current: CurrentEndpoint
    var idleTimeout: Duration
    var phase = Phase.connecting
    /// What the gateway's log is told of the connection.
    var upstream = UpstreamWatch()
    /// Nil before the session starts and once it has ended.
    var connection: (any ChannelClient)?
    var log: EventLog
    var topics: [String: Topic] = [:]
    /// The topics in the order in which they were first named.
    var topicOrder: [String] = []
    var replies: ReplyTable
    /// Who is in the topics, and who waits for a change of that.
    var presences: [String: TopicPresence] = [:]
    /// Topics whose presence has changed, and the waiting thread has not looked since.
    var changedPresences: Set<String> = []
    /// Requests that wait for entries of the log.
    var readers: [(waiter: Waiter, reader: Reader)] = []
    /// Reads whose answers go on as the log grows.
    var streams: [UInt64: LogStream] = [:]
    /// Whether calls have read it: then their lifelines are looked at.
    var hasLifelines = false
    /// What the log held when it was last counted with the others'.
    var countedBytes = 0
    /// Whether the waiting thread was told that the log has grown.
    var readersAreDue = false
    /// Requests that want it connected, the one that makes it among them.
    var arrivals: [Arrival] = []
    /// Whether nobody has been told of the session yet: it then ends with the last of the arrivals.
    var isProvisional = true
    /// A disconnect on its way that was asked for.
    var closing: Closing?
    /// Requests that wait for a state, the session's or a topic's.
    var conditions: [(waiter: Waiter, condition: StateCondition)] = []
    /// When a request last named the session, or one that waited was answered.
    var lastUsed: Duration
    /// When it was connected last.
    var connectedAt: Duration?
    var idleDeadline: Deadlines.Token?
    /// Goes up whenever its idleness is watched anew.
    var idleWatch: UInt64 = 0
    var ending: Ending?
    private var lastWaiter: UInt64 = 0

    init(
        id: SessionID, name: String?, basePath: BasePath, spec: SessionSpec, current: CurrentEndpoint, log: EventLog,
        meter: SessionMeter,
        now: Duration
    ) {
        self.id = id
        self.name = name
        self.basePath = basePath
        self.spec = spec
        self.current = current
        parts = spec.parts
        idleTimeout = spec.idleTimeout
        self.log = log
        replies = ReplyTable(meter)
        lastUsed = now
    }

    mutating func nextWaiterID() -> UInt64 {
        lastWaiter += 1
        return lastWaiter
    }

    /// The state as answers say it.
    var word: String {
        switch phase {
        case .connecting: "connecting"
        case .connected: "connected"
        case .disconnected: "disconnected"
        case .ended: "ended"
        }
    }

    var hasEnded: Bool {
        if case .ended = phase { true } else { false }
    }

    /// Whether anything waits: then the session isn't idle.
    var isAwaited: Bool {
        !arrivals.isEmpty || !conditions.isEmpty || closing?.waiters.isEmpty == false
            || waitingReads > 0 || replies.isAwaited
            || topics.values.contains { !$0.waiters.isEmpty || $0.next != nil }
    }

    /// Appends to the log, and forgets the replies whose entries were dropped for it.
    mutating func append(_ record: LogRecord, at time: LogTime) {
        replies.forget(log.append(record, at: time))
    }
}
