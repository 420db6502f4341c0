/// The algorithms that JWTs may be signed with (RFC 7518, RFC 8037); each belongs to one type of key.
enum SignatureAlgorithm: String {
    case hs256 = "HS256"
    case rs256 = "RS256"
    case es256 = "ES256"
    case edDSA = "EdDSA"

    var keyType: String {
        switch self {
        case .hs256: "oct"
        case .rs256: "RSA"
        case .es256: "EC"
        case .edDSA: "OKP"
        }
    }

    /// The one that keys of a type are for.
    init?(keyType: String) {
        guard let algorithm = [Self.hs256, .rs256, .es256, .edDSA].first(where: { $0.keyType == keyType }) else {
            return nil
        }
        self = algorithm
    }
}
