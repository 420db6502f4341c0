import Crypto
import FoundationEssentials
import JWTKit

/// A key of a JSON Web Key Set (RFC 7517), as far as it is of use here.
struct JSONWebKey: Decodable {
    /// What a signature is worth that it takes: shorter keys are refused (RFC 7518, sections 3.2 and 3.3).
    private static let leastSecretBytes = 32
    private static let leastModulusBytes = 256

    let kty: String
    let alg: String?
    let kid: String?
    let use: String?
    private let n: String?
    private let e: String?
    private let crv: String?
    private let x: String?
    private let y: String?
    private let k: String?
    /// The private part, which nobody needs who only verifies.
    private let d: String?

    /// What it verifies; nil for a key that is for something else, as sets often have.
    var algorithm: SignatureAlgorithm? {
        guard let algorithm = SignatureAlgorithm(keyType: kty), use ?? "sig" == "sig",
            alg ?? algorithm.rawValue == algorithm.rawValue
        else { return nil }
        switch algorithm {
        case .hs256, .rs256: return algorithm
        case .es256: return crv == "P-256" ? algorithm : nil
        case .edDSA: return crv == "Ed25519" ? algorithm : nil
        }
    }

    /// A collection of this key alone, which takes signatures of its one algorithm and no other.
    ///
    /// - Throws: an `AccessError` without any of the key's parts.
    func collection(_ algorithm: SignatureAlgorithm, named place: String) async throws(AccessError) -> JWTKeyCollection
    {
        guard algorithm == .hs256 || d == nil else {
            throw AccessError("\(place) is a private key: the gateway needs the public one alone.")
        }
        let keys = JWTKeyCollection()
        let identifier = JWKIdentifier(string: kid ?? "")
        do {
            switch algorithm {
            case .hs256:
                guard let secret = k.flatMap({ Base64URL.decode($0) }), secret.count >= Self.leastSecretBytes else {
                    throw AccessError("\(place): 'k' must be \(Self.leastSecretBytes) bytes or more in base64url.")
                }
                await keys.add(hmac: HMACKey(from: secret), digestAlgorithm: .sha256, kid: identifier)
            case .rs256:
                guard let modulus = n.flatMap({ Base64URL.decode($0) }), modulus.count >= Self.leastModulusBytes else {
                    throw AccessError("\(place): 'n' must have \(Self.leastModulusBytes * 8) bits or more.")
                }
                try await keys.add(jwk: .rsa(.rs256, identifier: identifier, modulus: n, exponent: e))
            case .es256:
                try await keys.add(jwk: .ecdsa(.es256, identifier: identifier, x: x, y: y, curve: .p256))
            case .edDSA:
                try await keys.add(jwk: .octetKeyPair(.eddsa, identifier: identifier, x: x, y: nil, curve: .ed25519))
            }
        } catch let error as AccessError {
            throw error
        } catch {
            throw AccessError("\(place) is no \(kty) key that can be read.")
        }
        return keys
    }
}
