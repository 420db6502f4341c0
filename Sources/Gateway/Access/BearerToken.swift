import HTTPCore
import HTTPTypes

/// The token of an `Authorization: Bearer` header (RFC 6750 section 2.1), the one place where it is looked for.
enum BearerToken {
    private static let scheme = "bearer "

    /// The token of a request; nil when it has none, or one of another kind.
    static func of(_ request: Request) throws(Problem) -> String? {
        let values = request.headers[values: .authorization]
        guard let value = values.first else { return nil }
        guard values.count == 1 else { throw .unreadableToken }
        guard value.prefix(scheme.count).lowercased() == scheme else { return nil }
        let token = value.dropFirst(scheme.count).drop { $0 == " " }
        guard !token.isEmpty, token.utf8.allSatisfy(isAllowed) else { throw .unreadableToken }
        return String(token)
    }

    /// The characters of a token68, of which a JWT has some.
    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="):
            true
        default: false
        }
    }
}
