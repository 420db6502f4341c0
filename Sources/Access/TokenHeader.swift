import FoundationEssentials

/// A JWT's header, as far as it is heeded: which algorithm and key, and nothing that brings a key along.
struct TokenHeader: Decodable {
    /// As it is named, taken or not.
    let alg: String
    let kid: String?

    private enum Name: String, CodingKey {
        case alg, kid, crit
    }

    /// Takes a token's first part; nil where it can't be read, has no `alg`, or has `crit`.
    init?(_ part: some StringProtocol) {
        guard let data = Base64URL.decode(part), let header = try? JSONDecoder().decode(Self.self, from: data) else {
            return nil
        }
        self = header
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Name.self)
        guard !values.contains(.crit) else {
            throw DecodingError.dataCorruptedError(forKey: .crit, in: values, debugDescription: "no extension is known")
        }
        alg = try values.decode(String.self, forKey: .alg)
        kid = try values.decodeIfPresent(String.self, forKey: .kid)
    }
}
