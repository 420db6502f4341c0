package import HTTPCore

/// What was done under an `Idempotency-Key` and can be waited for again.
package protocol BegunOperation: Sendable {
    /// Waits on for what was begun; nothing is done a second time.
    ///
    /// One that doesn't wait may be called while others wait.
    ///
    /// - Throws: what has come of it, or what keeps the request from waiting, which may pass.
    func resume(_ wait: Wait) throws(Problem) -> Answer
}
