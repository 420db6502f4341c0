package import HTTPTypes

/// An answer now, or a promise of one.
package enum Answer: Sendable {
    case now(Response)
    case later(ResponsePromise)

    /// The same, given by the route whose template has this number.
    func routed(_ route: Int) -> Answer {
        switch self {
        case .now(let response): return .now(response.routed(route))
        case .later(let promise):
            promise.setRoute(route)
            return self
        }
    }

    /// The same, to a request of this principal's: who observes requests is told.
    package func asked(by principal: Principal) -> Answer {
        switch self {
        case .now(let response): return .now(response.asked(by: principal.name))
        case .later(let promise):
            promise.setPrincipal(principal.name)
            return self
        }
    }

    /// The same answer, its response changed on the way; `abandoned` runs if it is given up before.
    package func map(
        _ change: @escaping @Sendable (Response) -> Response, abandoned: @escaping @Sendable () -> Void = {}
    ) -> Answer {
        switch self {
        case .now(let response): return .now(change(response))
        case .later(let inner):
            let promise = ResponsePromise(requestID: inner.requestID)
            promise.follow(self, change, abandoned: abandoned)
            return .later(promise)
        }
    }
}

/// What answers requests: the same in process, in tests, and behind the embedded server.
package protocol Responder: Sendable {
    /// Answers without blocking. Called on one of the server's threads, for several requests at once.
    ///
    /// The server asks with what `admit` has let in; a request that nobody has let in is let in first, or refused.
    func respond(to request: Request) -> Answer

    /// Says by its head whether a request is let in, before its body comes and before it may wait; nil when that takes a
    /// moment.
    ///
    /// Then `later` is called once, from any thread. `respond` is not asked for what is answered so.
    func admit(_ request: Request, hasBody: Bool, later: @escaping @Sendable (Admission) -> Void) -> Admission?

    /// The answer to a request with these fields, with what all answers have, be they the server's own.
    func amend(_ response: Response, to requestHeaders: HTTPFields) -> Response

    /// What takes the body of a request piece by piece; nil to have it gathered, within the server's bound.
    ///
    /// Called once the head is there, with an empty body. The receiver then answers in place of `respond`.
    func receiver(for request: Request) -> (any BodyReceiver)?
}

extension Responder {
    package func admit(
        _ request: Request, hasBody: Bool, later: @escaping @Sendable (Admission) -> Void
    ) -> Admission? { .admitted(request) }

    package func amend(_ response: Response, to requestHeaders: HTTPFields) -> Response { response }

    package func receiver(for request: Request) -> (any BodyReceiver)? { nil }
}

/// Takes the body of one request as it comes, and answers it.
///
/// All calls come one after another on one of the server's threads, and none may block; while one runs, the client's
/// bytes wait in its socket. After `abandon`, which also follows a `receive` that has thrown, no further call comes.
package protocol BodyReceiver: Sendable {
    /// Bytes that the body may have: past it the request is refused with 413.
    var maxBytes: Int { get }

    /// Takes the next piece.
    ///
    /// - Throws: what the request is refused with; the rest of the body is thrown away.
    func receive(_ piece: [UInt8]) throws(Problem)

    /// The body is whole.
    func finish() -> Answer

    /// The body will never be whole: the client has gone, was too slow or sent too much, or it was refused.
    func abandon()
}
