import Gateway
import HTTPCore
import JWTKit

/// What a JWT says (RFC 7519), as far as it is heeded.
///
/// Times are seconds since 1970 UTC.
struct TokenClaims: JWTPayload {
    /// How far the issuer's clock may be off from this one, both ways.
    static let clockSkew = 60.0
    /// A subject is a name, and is kept with each session.
    private static let subjectLengths = 1...255

    let sub: String
    let iss: String?
    let exp: Double
    let nbf: Double?
    let aud: [String]
    let scopes: Set<Principal.Scope>

    private enum CodingKeys: String, CodingKey {
        case sub, iss, exp, nbf, aud, scope, scopes
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        sub = try values.decode(String.self, forKey: .sub)
        iss = try values.decodeIfPresent(String.self, forKey: .iss)
        exp = try values.decode(Double.self, forKey: .exp)
        nbf = try values.decodeIfPresent(Double.self, forKey: .nbf)
        aud = try Self.strings(values, .aud)
        let words = try Self.strings(values, .scopes) + Self.strings(values, .scope)
        // Those of other services mean nothing here.
        let names = words.flatMap { $0.split(separator: " ") }.map(String.init)
        scopes = Set(names.compactMap { Principal.Scope(rawValue: $0) })
    }

    /// A text, or a list of such.
    private static func strings(_ values: KeyedDecodingContainer<CodingKeys>, _ key: CodingKeys) throws -> [String] {
        guard values.contains(key) else { return [] }
        if let text = try? values.decode(String.self, forKey: key) { return [text] }
        return try values.decode([String].self, forKey: key)
    }

    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(sub, forKey: .sub)
        try values.encodeIfPresent(iss, forKey: .iss)
        try values.encode(exp, forKey: .exp)
        try values.encodeIfPresent(nbf, forKey: .nbf)
        try values.encode(aud, forKey: .aud)
        try values.encode(scopes.map(\.rawValue), forKey: .scopes)
    }

    /// The signature is what the library looks at; `fault` is for the rest, by the gateway's clock.
    func verify(using algorithm: some JWTAlgorithm) {}

    /// From when on it is refused.
    var end: Double { exp + Self.clockSkew }

    /// Why it isn't good at a time; nil when it is.
    func fault(at now: Double, issuer: String, audience: String) -> TokenFault? {
        guard Self.subjectLengths.contains(sub.utf8.count), sub.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            return .subject
        }
        if iss != issuer { return .issuer }
        if !aud.contains(audience) { return .audience }
        if now >= end { return .expired }
        if let nbf, now < nbf - Self.clockSkew { return .early }
        return nil
    }

    /// Apart from the principals of the tokens file, whose names have no colon.
    ///
    /// Subjects are compared as bytes (RFC 7519, section 2), and texts here by what they look like: so all but ASCII is
    /// percent-encoded.
    var principal: Principal { Principal(name: "jwt:\(Self.encoded(sub))", scopes: scopes) }

    private static func encoded(_ subject: String) -> String {
        subject.utf8.map { byte in
            (0x20...0x7E).contains(byte) && byte != UInt8(ascii: "%")
                ? String(UnicodeScalar(byte)) : "%" + String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }.joined()
    }
}
