import HTTPCore
import HTTPTypes

/// What a request's `Idempotency-Key` names, and what the request says under it.
struct IdempotencyKey: Sendable {
    /// Where the key stands for one thing: the principal (one so far), the session in the path, the method, the path.
    struct Scope: Sendable, Hashable {
        let method: String
        let path: [String]
        let key: String
    }

    /// What a repeat must have in common with the first request: all but its `wait`.
    struct Fingerprint: Sendable, Equatable {
        let contentType: String
        let query: [RequestTarget.QueryItem]
        let body: [UInt8]
    }

    /// Room for any random name, and little beside a request.
    private static let lengths = 1...255

    let scope: Scope
    let fingerprint: Fingerprint

    /// Reads the header; nil without one.
    ///
    /// A session in the path counts by its id: another one of the same name is another.
    init?(_ request: Request, session: SessionID?) throws(Problem) {
        let values = request.headers[values: .idempotencyKey]
        guard let key = values.first else { return nil }
        guard values.count == 1, Self.lengths.contains(key.utf8.count),
            key.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else {
            throw .invalidRequest(
                "The header 'Idempotency-Key' must be given once and have 1 to 255 visible ASCII characters.",
                .header("Idempotency-Key"))
        }
        var path = request.target.segments
        if let session, path.count > 1 { path[1] = session.description }
        scope = Scope(method: request.method.rawValue, path: path, key: key)
        fingerprint = Fingerprint(
            contentType: request.headers[.contentType] ?? "",
            query: request.target.query.filter { $0.name != "wait" }, body: request.body)
    }
}

extension HTTPField.Name {
    /// The name is of the right form, so there always is one.
    static var idempotencyKey: HTTPField.Name { HTTPField.Name("Idempotency-Key") ?? .acceptEncoding }
}
