import FoundationEssentials

/// Base64 with the standard alphabet (RFC 4648 section 4).
enum Base64 {
    static func encode(_ bytes: [UInt8]) -> [UInt8] { Array(Data(bytes).base64EncodedData()) }

    /// Reads what may lack its padding; nil for what isn't base64.
    static func decode(_ text: some StringProtocol) -> [UInt8]? {
        let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        return Data(base64Encoded: text + padding).map { Array($0) }
    }
}
