import HTTPCore
import HTTPTypes

/// What pages of other web origins may do (the Fetch standard's CORS): nothing, but for the origins that are listed.
///
/// Cookies and the like are never asked for (no `Access-Control-Allow-Credentials`): a page sends its token itself.
struct CrossOrigin: Sendable {
    /// How long a browser may remember the answer to its preflight: as long as a token is withdrawn late, at the most.
    private static let maxAge = 600
    private static let methods = "GET, HEAD, POST, PUT, PATCH, DELETE"
    private static let requestHeaders: [HTTPField.Name] = [
        .authorization, .contentType, .idempotencyKey, .ifNoneMatch, .lastEventID, .prefer, .requestID, .slipgateNode,
        .traceparent, .tracestate,
    ]
    /// What scripts may read beside the headers that they always may.
    private static let responseHeaders: [HTTPField.Name] = [
        .allow, .eTag, .location, .preferenceApplied, .rateLimit, .rateLimitPolicy, .requestID, .retryAfter,
        .serverTiming, .slipgateCursor, .slipgateRef, .slipgateStatus, .wwwAuthenticate,
    ]

    let origins: Set<String>

    /// The listed origin that a request with these fields comes from.
    private func origin(of headers: HTTPFields) -> String? {
        headers.value(of: .origin).flatMap { origins.contains($0) ? $0 : nil }
    }

    /// The answer to a listed origin's preflight, which brings no token; nil for any other request.
    func preflight(_ request: Request) -> Response? {
        guard request.method == .options, request.headers.value(of: .accessControlRequestMethod) != nil,
            origin(of: request.headers) != nil
        else { return nil }
        return Response(
            status: .noContent,
            headers: [
                .accessControlAllowMethods: Self.methods,
                .accessControlAllowHeaders: Self.list(Self.requestHeaders),
                .accessControlMaxAge: "\(Self.maxAge)",
            ])
    }

    /// The answer as a listed origin's page may read it.
    func amend(_ response: Response, to requestHeaders: HTTPFields) -> Response {
        guard !origins.isEmpty else { return response }
        var response = response
        response.headers.append(HTTPField(name: .vary, value: "Origin"))
        if let origin = origin(of: requestHeaders) {
            response.headers[.accessControlAllowOrigin] = origin
            response.headers[.accessControlExposeHeaders] = Self.list(Self.responseHeaders)
        }
        return response
    }

    private static func list(_ names: [HTTPField.Name]) -> String {
        names.map(\.rawName).joined(separator: ", ")
    }
}
