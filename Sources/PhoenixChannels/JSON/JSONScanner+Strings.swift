extension JSONScanner {
    /// Checks a string from its opening quote on: escapes, control characters, UTF-8 (RFC 3629).
    mutating func scanString() throws(JSONError) {
        index += 1
        while true {
            index = JSONBytes.plainRun(in: bytes, from: index)
            guard index < bytes.count else { throw failure("a string without its end") }
            switch bytes[index] {
            case UInt8(ascii: "\""):
                index += 1
                return
            case UInt8(ascii: "\\"):
                try scanEscape()
            case 0..<0x20:
                throw failure("a control character in a string")
            default:
                try scanMultibyte()
            }
        }
    }

    private mutating func scanEscape() throws(JSONError) {
        guard index + 1 < bytes.count else { throw failure("a string without its end") }
        switch bytes[index + 1] {
        case UInt8(ascii: "u"):
            try scanUnicodeEscape()
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            index += 2
        default:
            throw failure("an unknown escape")
        }
    }

    private mutating func scanUnicodeEscape() throws(JSONError) {
        guard let unit = JSONBytes.unicodeEscape(in: bytes, at: index) else {
            throw failure("an escape without its four hexadecimal digits")
        }
        guard unit & 0xF800 == 0xD800, limits.refusesLoneSurrogates else {
            index += 6
            return
        }
        guard unit < 0xDC00, let low = JSONBytes.unicodeEscape(in: bytes, at: index + 6), low & 0xFC00 == 0xDC00 else {
            throw failure("an unpaired surrogate escape")
        }
        index += 12
    }

    /// Checks a character of two to four bytes: no overlong form, no surrogate, nothing past U+10FFFF.
    private mutating func scanMultibyte() throws(JSONError) {
        let lead = bytes[index]
        let length: Int
        let second: ClosedRange<UInt8>
        switch lead {
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xE1...0xEC, 0xEE, 0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: throw failure("invalid UTF-8")
        }
        guard bytes.count - index >= length, second.contains(bytes[index + 1]) else { throw failure("invalid UTF-8") }
        for offset in 2..<max(length, 2) where bytes[index + offset] & 0xC0 != 0x80 {
            throw failure("invalid UTF-8")
        }
        index += length
    }
}
