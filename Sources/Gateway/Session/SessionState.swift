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
    }

    /// The request that makes the session: answered once it is connected and these topics are joined.
    struct Creation {
        let waiter: Waiter
        var missing: Set<String>
    }

    /// What is left to do for a session that has ended, once the lock is free.
    struct Ending {
        let connection: (any ChannelClient)?
        /// Nil when the session never came to be: it is not remembered.
        let reason: EndReason?
    }

    let id: SessionID
    let spec: SessionSpec
    var phase = Phase.connecting
    /// Nil before the session starts and once it has ended.
    var connection: (any ChannelClient)?
    var log: EventLog
    var topics: [String: Topic] = [:]
    /// The topics in the order in which they were first named.
    var topicOrder: [String] = []
    var replies = ReplyTable()
    /// Who is in the topics, and who waits for a change of that.
    var presences: [String: TopicPresence] = [:]
    /// Topics whose presence has changed, and the waiting thread has not looked since.
    var changedPresences: Set<String> = []
    /// Requests that wait for entries of the log.
    var readers: [(waiter: Waiter, reader: Reader)] = []
    /// Reads whose answers go on as the log grows.
    var streams: [UInt64: LogStream] = [:]
    /// What the log held when it was last counted with the others'.
    var countedBytes = 0
    /// Whether the waiting thread was told that the log has grown.
    var readersAreDue = false
    var creation: Creation?
    /// When a request last named the session, or one that waited was answered.
    var lastUsed: Duration
    /// When it was connected last.
    var connectedAt: Duration?
    var idleDeadline: Deadlines.Token?
    var ending: Ending?
    private var lastWaiter: UInt64 = 0

    init(id: SessionID, spec: SessionSpec, log: EventLog, now: Duration) {
        self.id = id
        self.spec = spec
        self.log = log
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
        creation != nil || waitingReads > 0 || replies.isAwaited
            || topics.values.contains { !$0.waiters.isEmpty || $0.next != nil }
    }

    /// Appends to the log, and forgets the replies whose entries were dropped for it.
    mutating func append(_ record: LogRecord, at time: Int64) {
        replies.forget(log.append(record, at: time))
    }
}
