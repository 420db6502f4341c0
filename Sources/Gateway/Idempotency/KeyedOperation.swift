package import HTTPCore

/// Something that is done once under an `Idempotency-Key`, however many requests ask for it.
package protocol KeyedOperation: Sendable {
    /// Does it.
    ///
    /// - Returns: the answer at once, or a promise of it. The promise is abandoned when nobody waits for it any more.
    /// - Throws: what kept it from being done; nothing has been then.
    func begin(_ wait: Wait) throws(Problem) -> Answer

    /// The session that the request's path names; nil where it names none.
    var sessionID: SessionID? { get }

    /// What was done, and stands; nil as long as nothing is.
    var begun: (any BegunOperation)? { get }

    /// Whether it holds what the request's body holds.
    var holdsBody: Bool { get }

    /// Whether a request with this wait is to wait for what it has come to so far.
    func waits(_ wait: Wait) -> Bool

    /// Whether it goes on when the client that waits for it has gone, until that client's wait is over.
    var outlivesClients: Bool { get }

    /// What a request is told whose wait is over, now.
    var late: Problem { get }

    /// Gives up waiting, as nobody does any more.
    ///
    /// - Returns: what the last request is told whose wait is over; nil when the promise was kept before.
    func giveUp(_ promise: ResponsePromise) -> Problem?
}

extension KeyedOperation {
    package var sessionID: SessionID? { nil }
    package var outlivesClients: Bool { false }
    package var holdsBody: Bool { true }

    package func waits(_ wait: Wait) -> Bool { wait.duration != nil }

    /// Whether something was done that stands.
    package var isBegun: Bool { begun != nil }

    /// What need be kept of it: once it has begun, what can be waited for.
    var rest: any KeyedOperation {
        guard let begun else { return self }
        return begun
    }

    /// Asks what it came to only when that can't change any more.
    package func giveUp(_ promise: ResponsePromise) -> Problem? {
        promise.abandon() ? late : nil
    }
}
