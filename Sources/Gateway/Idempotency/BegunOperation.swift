package import HTTPCore

/// What was done under an `Idempotency-Key` and can be waited for again: what is kept of the operation from then on.
package protocol BegunOperation: KeyedOperation {
    /// Waits on for what was begun; nothing is done a second time.
    ///
    /// One that doesn't wait may be called while others wait.
    ///
    /// - Throws: what has come of it, or what keeps the request from waiting, which may pass.
    func resume(_ wait: Wait) throws(Problem) -> Answer
}

extension BegunOperation {
    package var begun: (any BegunOperation)? { self }
    package var holdsBody: Bool { false }

    package func begin(_ wait: Wait) throws(Problem) -> Answer { try resume(wait) }
}
