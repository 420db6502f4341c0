import FoundationEssentials

/// Base64 as JSON Web Signatures have it: for URLs, without padding (RFC 7515, section 2).
enum Base64URL {
    static func decode(_ text: some StringProtocol) -> Data? {
        let standard = String(text).replacing("-", with: "+").replacing("_", with: "/")
        let padding = (4 - standard.utf8.count % 4) % 4
        guard padding < 3 else { return nil }
        return Data(base64Encoded: standard + String(repeating: "=", count: padding))
    }
}
