/// Asks the server now and then whether it is there; all of it belongs to one connection.
///
/// States: stopped, or started with the time of the next heartbeat and perhaps one that isn't answered yet. What comes in
/// otherwise never puts a heartbeat off: the server counts only what it receives itself. An answer to an earlier
/// heartbeat, or of an earlier connection, is another ref's and changes nothing.
struct HeartbeatMachine: Sendable {
    enum Action: Equatable {
        case send
        /// The last one was not answered in time.
        case timedOut
        case none
    }

    private let interval: Duration
    private let timeout: Duration
    private var next: Duration?
    private var pending: (ref: Ref, sentAt: Duration)?
    /// How long the last answer took.
    private(set) var roundTripTime: Duration?

    init(interval: Duration, timeout: Duration) {
        self.interval = interval
        self.timeout = timeout
    }

    /// When `due` is to be asked.
    var deadline: Duration? {
        guard let next else { return nil }
        return pending.map { $0.sentAt + timeout } ?? next
    }

    mutating func start(at now: Duration) {
        next = now + interval
        (pending, roundTripTime) = (nil, nil)
    }

    mutating func stop() { (next, pending) = (nil, nil) }

    mutating func due(at now: Duration) -> Action {
        guard let deadline, deadline <= now else { return .none }
        return pending == nil ? .send : .timedOut
    }

    mutating func sent(_ ref: Ref, at now: Duration) {
        pending = (ref, now)
        next = now + interval
    }

    /// - Returns: whether it was the answer to the last heartbeat.
    mutating func replied(_ ref: Ref, at now: Duration) -> Bool {
        guard let pending, pending.ref == ref else { return false }
        roundTripTime = now - pending.sentAt
        self.pending = nil
        return true
    }
}
