import Crypto
import HTTPCore
import HTTPTypes

/// What a request's `Idempotency-Key` names, and what the request says under it.
///
/// Of both there are digests only, so that a key takes as little room for a large request as for a small one.
struct IdempotencyKey: Sendable {
    /// Where the key stands for one thing: the principal, the session in the path, the method, the path.
    struct Scope: Sendable, Hashable {
        fileprivate let digest: SHA256Digest
    }

    /// What a repeat must have in common with the first request: all but its `wait`.
    struct Fingerprint: Sendable, Equatable {
        fileprivate let digest: SHA256Digest
    }

    /// Room for any random name, and little beside a request.
    private static let lengths = 1...255

    let scope: Scope
    /// Whose it is, by name.
    let owner: String
    let fingerprint: Fingerprint
    /// Bytes of the request's body.
    let bodySize: Int

    /// Reads the header; nil without one.
    ///
    /// A session in the path counts by its id: another one of the same name is another.
    init?(_ request: borrowing Request, session: SessionID?) throws(Problem) {
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
        owner = request.principal.name
        scope = Scope(digest: Self.digest([owner, key, request.method.rawValue] + path))
        let query = request.target.query.filter { $0.name != "wait" }.flatMap { [$0.name, $0.value] }
        let form = [request.headers.value(of: .contentType) ?? "", BinaryAcceptance.of(request) ? "binary" : "json"]
        fingerprint = Fingerprint(digest: Self.digest(form + query, request.body))
        bodySize = request.body.count
    }

    /// Each part with its length ahead of it, so that none can pass for the end of another.
    private static func digest(_ parts: [String], _ body: [UInt8] = []) -> SHA256Digest {
        var hash = SHA256()
        for part in parts.map({ Array($0.utf8) }) + [body] {
            hash.update(data: Array("\(part.count):".utf8))
            hash.update(data: part)
        }
        return hash.finalize()
    }
}
