import Crypto

/// A token's SHA-256: what is kept in place of the token itself.
package struct TokenHash: Sendable, Hashable {
    /// Four words, so that a comparison has no early end.
    private let words: [UInt64]

    private static let wordCount = 4

    package init(of token: String) {
        var words: [UInt64] = []
        for (index, byte) in SHA256.hash(data: Array(token.utf8)).enumerated() {
            if index.isMultiple(of: 8) { words.append(0) }
            words[words.count - 1] = words[words.count - 1] << 8 | UInt64(byte)
        }
        self.words = words
    }

    /// Reads 64 hexadecimal digits; nil for anything else.
    package init?(hex: String) {
        guard hex.utf8.count == Self.wordCount * 16, hex.utf8.allSatisfy({ Self.isHexDigit($0) }) else { return nil }
        let digits = Array(hex)
        words = stride(from: 0, to: digits.count, by: 16).compactMap { start in
            UInt64(String(digits[start..<(start + 16)]), radix: 16)
        }
    }

    package var hex: String {
        words.map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    /// Takes as long for any two: how many bytes agree is told to nobody.
    package static func == (left: TokenHash, right: TokenHash) -> Bool {
        zip(left.words, right.words).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte & 0xDF)
    }
}
