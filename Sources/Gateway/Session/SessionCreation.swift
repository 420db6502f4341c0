import HTTPCore

/// The making of a session under an `Idempotency-Key`: when its client goes, it stands for the repeat.
struct SessionCreation: KeyedOperation {
    /// Makes the session, which is then found again until it is connected.
    let make: @Sendable (Wait, Ticket<Session>) throws(Problem) -> Answer
    private let ticket = Ticket<Session>()

    init(_ make: @escaping @Sendable (Wait, Ticket<Session>) throws(Problem) -> Answer) {
        self.make = make
    }

    func begin(_ wait: Wait) throws(Problem) -> Answer { try make(wait, ticket) }

    /// One that isn't answered when nobody waits any more is thrown away: nothing is left to wait for.
    var begun: (any BegunOperation)? { nil }

    var outlivesClients: Bool { true }

    var late: Problem { ticket.value?.creationTimeout ?? .connectTimeout(sessionKept: false) }

    /// Why it takes so long is known only as long as there is a session.
    func giveUp(_ promise: ResponsePromise) -> Problem? {
        let problem = late
        return promise.abandon() ? problem : nil
    }
}

extension Session {
    /// How the request that makes it would be answered if its wait were over now.
    var creationTimeout: Problem {
        peek { $0.creationTimeout ?? .connectTimeout(sessionKept: false) }
    }
}

extension SessionState {
    /// What the making of the session still waits for: the connection, or a topic; nil when it is done.
    var creationTimeout: Problem? {
        guard let arrival = arrivals.first(where: { $0.form == .creation }) else { return nil }
        return timeout(of: arrival, sessionKept: !isProvisional || arrivals.count > 1)
    }
}
