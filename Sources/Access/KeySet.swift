import FoundationEssentials
import JWTKit

/// The keys that JWTs may be signed with, each for its own algorithm.
struct KeySet: Sendable {
    struct Key: Sendable {
        let id: String?
        let algorithm: SignatureAlgorithm
        let collection: JWTKeyCollection
    }

    private struct Document: Decodable {
        let keys: [JSONWebKey]
    }

    /// Keys in a set at the most: what an issuer turns over in years.
    ///
    /// All may be tried for a token without a `kid`.
    static let maxKeys = 32

    let keys: [Key]

    static func read(_ path: String) async throws(AccessError) -> KeySet {
        try await parse(try TextFile.read(path), named: path)
    }

    /// Takes the keys of the text of a JSON Web Key Set that are of use here.
    static func parse(_ data: Data, named path: String) async throws(AccessError) -> KeySet {
        guard let document = try? JSONDecoder().decode(Document.self, from: data) else {
            throw AccessError("\(path) is no JSON Web Key Set: an object with a list 'keys' of objects with a 'kty'.")
        }
        guard document.keys.count <= maxKeys else {
            throw AccessError("\(path) has more than \(maxKeys) keys.")
        }
        var keys: [Key] = []
        for (index, key) in document.keys.enumerated() {
            guard let algorithm = key.algorithm else { continue }
            let collection = try await key.collection(algorithm, named: "\(path), key \(index + 1)")
            keys.append(Key(id: key.kid, algorithm: algorithm, collection: collection))
        }
        guard !keys.isEmpty else {
            throw AccessError("\(path) has no key for HS256, RS256, ES256 or EdDSA.")
        }
        return KeySet(keys: keys)
    }

    /// The keys that may have signed a token with this header: of the algorithm it names, and where both have one, the id.
    func candidates(_ header: TokenHeader) -> [Key] {
        keys.filter { key in
            key.algorithm.rawValue == header.alg && (key.id == nil || header.kid == nil || key.id == header.kid)
        }
    }
}
