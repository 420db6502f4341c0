package import HTTPTypes

/// A response: whole, or one whose body goes on in a stream.
///
/// The server adds `X-Request-Id`, `Cache-Control: no-store` and the framing headers.
package struct Response: Sendable, Equatable {
    package var status: HTTPResponse.Status
    package var headers: HTTPFields
    /// The body, or what it begins with when there is a stream.
    package var body: [UInt8]
    /// The rest of the body, as it is written; nil when `body` is all.
    package var stream: ResponseStream?
    /// Whether this is how it came out; false of a problem that may pass: it may be retried, or nothing was sent.
    package var isFinal = true
    /// Whether a problem may take its place where too much is held that clients have not read: it can be asked for again.
    ///
    /// Nil: as the request's method says, of GET's answers it may.
    package var mayBeRefused: Bool?
    /// The problem that the body tells; nil of any other answer.
    var problem: Problem?
    /// The number of the template of the route that gave it; nil where none did.
    package private(set) var route: Int?
    /// The name of the principal whose request it answers; nil of one that nobody asked who it is.
    package private(set) var principal: String?

    package init(
        status: HTTPResponse.Status, headers: HTTPFields = [:], body: [UInt8] = [], stream: ResponseStream? = nil
    ) {
        self.status = status
        self.headers = headers
        self.body = body
        self.stream = stream
    }

    /// The same as the answer to another request, whose id a problem then has as its `instance`.
    package func addressed(to requestID: String) -> Response {
        guard let problem else { return self }
        var response = self
        response.body = problem.document(instance: requestID)
        return response
    }

    /// The same, given by the route whose template has this number.
    func routed(_ route: Int) -> Response {
        var response = self
        response.route = route
        return response
    }

    /// The same, to a request of this principal's.
    package func asked(by principal: String) -> Response {
        var response = self
        response.principal = principal
        return response
    }

    /// Bytes that it takes, about.
    package var size: Int { problem == nil ? body.count : 2 * body.count }

    package static func == (left: Response, right: Response) -> Bool {
        left.status == right.status && left.headers == right.headers && left.body == right.body
            && left.stream === right.stream
    }

    /// A response whose body is JSON text.
    package static func json(
        _ body: [UInt8], status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
    ) -> Response {
        var response = Response(status: status, headers: headers, body: body)
        response.headers[.contentType] = "application/json"
        return response
    }

    /// A response whose body is plain UTF-8 text, or another kind of text when `type` says so.
    package static func text(
        _ body: String, type: String = "text/plain; charset=utf-8", status: HTTPResponse.Status = .ok
    ) -> Response {
        Response(status: status, headers: [.contentType: type], body: Array(body.utf8))
    }
}
