import Crypto
import Foundation
import JWTKit

/// Plays who gives out JWTs: keys of all four kinds, the public parts as a JSON Web Key Set, and signatures.
struct Issuer {
    /// What goes into a token; a test changes one thing of it.
    struct Claims: JWTPayload {
        var sub: String? = "ann"
        var iss: String? = "https://issuer.example.com"
        var aud: [String]? = ["slipgate"]
        var exp: Double?
        var nbf: Double?
        var scope: String? = "read write openid"
        var scopes: [String]?

        func verify(using algorithm: some JWTAlgorithm) {}
    }

    static let name = "https://issuer.example.com"
    static let audience = "slipgate"
    static let algorithms = ["HS256", "ES256", "EdDSA", "RS256"]

    let secret = SymmetricKey(size: .bits256)
    let es256 = ES256PrivateKey()
    let edDSA: EdDSA.PrivateKey
    let rsa: JWTKit.Insecure.RSA.PrivateKey
    let keys = JWTKeyCollection()

    init() async throws {
        edDSA = try EdDSA.PrivateKey()
        rsa = try JWTKit.Insecure.RSA.PrivateKey(pem: Self.rsaKey)
        await keys.add(hmac: HMACKey(key: secret), digestAlgorithm: .sha256, kid: "HS256")
        await keys.add(ecdsa: es256, kid: "ES256")
        await keys.add(eddsa: edDSA, kid: "EdDSA")
        await keys.add(rsa: rsa, digestAlgorithm: .sha256, kid: "RS256")
    }

    func token(_ claims: Claims, _ algorithm: String = "ES256") async throws -> String {
        try await keys.sign(claims, kid: JWKIdentifier(string: algorithm))
    }

    /// A token whose parts are as the test wants them, without a good signature.
    static func unsigned(header: String, claims: String, signature: String = "AAAA") -> String {
        "\(base64(Data(header.utf8))).\(base64(Data(claims.utf8))).\(signature)"
    }

    /// A token of these parts, signed as they stand.
    static func signed(header: String, claims: String, _ sign: (Data) throws -> Data) rethrows -> String {
        let parts = "\(base64(Data(header.utf8))).\(base64(Data(claims.utf8)))"
        return "\(parts).\(base64(try sign(Data(parts.utf8))))"
    }

    /// The public half of the RSA key, without PEM's lines.
    func rsaPublicKeyInDER() throws -> Data {
        let lines = rsa.publicKey.pemRepresentation.split(separator: "\n").filter { !$0.hasPrefix("-----") }
        guard let data = Data(base64Encoded: lines.joined()) else { throw CocoaError(.coderInvalidValue) }
        return data
    }

    static func base64(_ data: Data) -> String {
        data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    /// The members of the public key of an algorithm.
    func publicKey(_ algorithm: String) throws -> [String: String] {
        var members = ["kid": algorithm, "alg": algorithm, "use": "sig"]
        switch algorithm {
        case "HS256":
            members["kty"] = "oct"
            members["k"] = Self.base64(secret.withUnsafeBytes { Data($0) })
        case "ES256":
            members["kty"] = "EC"
            members["crv"] = "P-256"
            members["x"] = es256.parameters?.x
            members["y"] = es256.parameters?.y
        case "EdDSA":
            members["kty"] = "OKP"
            members["crv"] = "Ed25519"
            members["x"] = Self.base64(edDSA.publicKey.rawRepresentation)
        default:
            let key = try rsa.publicKey.getKeyPrimitives()
            members["kty"] = "RSA"
            members["n"] = Self.base64(key.modulus)
            members["e"] = Self.base64(key.publicExponent)
        }
        return members.mapValues { $0.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "") }
    }

    /// A set of these keys' public parts, each changed by the test if it likes.
    func keySet(
        _ algorithms: [String] = Self.algorithms, _ change: (inout [String: String]) -> Void = { _ in }
    ) throws -> String {
        let members = try algorithms.map { algorithm in
            var members = try publicKey(algorithm)
            change(&members)
            return members
        }
        return String(decoding: try JSONEncoder().encode(["keys": members]), as: UTF8.self)
    }
}
