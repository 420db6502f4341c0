/// An answer now, or a promise of one.
package enum Answer: Sendable {
    case now(Response)
    case later(ResponsePromise)
}

/// What answers requests: the same in process, in tests, and behind the embedded server.
package protocol Responder: Sendable {
    /// Answers without blocking. Called on one of the server's threads, for several requests at once.
    func respond(to request: Request) -> Answer
}
