extension JSONSlice {
    /// The string without its escapes, an unpaired surrogate as replacement characters; nil unless this is one.
    package var string: String? {
        guard kind == .string else { return nil }
        return storage.withUnsafeBufferPointer { bytes in
            JSONUnescaping.string(in: bytes, range)
        }
    }
}

/// Reads strings out of text that is known to be valid; ranges include the quotes.
enum JSONUnescaping {
    static func string(in bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> String {
        let content = UnsafeBufferPointer(rebasing: bytes[range.lowerBound + 1..<range.upperBound - 1])
        guard content.contains(UInt8(ascii: "\\")) else { return String(decoding: content, as: UTF8.self) }
        return String(decoding: unescaped(content), as: UTF8.self)
    }

    /// Whether two strings are the same after unescaping, byte by byte: no Unicode normalization.
    static func areEqual(
        _ left: UnsafeBufferPointer<UInt8>, _ leftRange: Range<Int>, _ right: UnsafeBufferPointer<UInt8>,
        _ rightRange: Range<Int>
    ) -> Bool {
        let left = UnsafeBufferPointer(rebasing: left[leftRange.lowerBound + 1..<leftRange.upperBound - 1])
        let right = UnsafeBufferPointer(rebasing: right[rightRange.lowerBound + 1..<rightRange.upperBound - 1])
        if left.elementsEqual(right) { return true }
        guard left.contains(UInt8(ascii: "\\")) || right.contains(UInt8(ascii: "\\")) else { return false }
        return unescaped(left) == unescaped(right)
    }

    /// Whether the string at `range` is this one, after unescaping.
    static func isEqual(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ plain: StaticString) -> Bool {
        let content = UnsafeBufferPointer(rebasing: bytes[range.lowerBound + 1..<range.upperBound - 1])
        return plain.withUTF8Buffer { plain in
            if content.elementsEqual(plain) { return true }
            return content.contains(UInt8(ascii: "\\")) && unescaped(content).elementsEqual(plain)
        }
    }

    /// What stands between the quotes, as UTF-8; unpaired surrogates as three bytes each, so that they stay distinct.
    static func unescaped(_ content: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(content.count)
        var index = 0
        while index < content.count {
            guard content[index] == UInt8(ascii: "\\"), index + 1 < content.count else {
                result.append(content[index])
                index += 1
                continue
            }
            switch content[index + 1] {
            case UInt8(ascii: "b"): result.append(0x08)
            case UInt8(ascii: "f"): result.append(0x0C)
            case UInt8(ascii: "n"): result.append(0x0A)
            case UInt8(ascii: "r"): result.append(0x0D)
            case UInt8(ascii: "t"): result.append(0x09)
            case UInt8(ascii: "u"):
                index += unescapeUnicode(content, at: index, into: &result)
                continue
            case let other: result.append(other)
            }
            index += 2
        }
        return result
    }

    /// Appends the character of one or, for a surrogate pair, two escapes, and says how many bytes they took.
    private static func unescapeUnicode(
        _ content: UnsafeBufferPointer<UInt8>, at index: Int, into result: inout [UInt8]
    ) -> Int {
        guard let unit = JSONBytes.unicodeEscape(in: content, at: index) else { return 2 }
        if unit & 0xFC00 == 0xD800, let low = JSONBytes.unicodeEscape(in: content, at: index + 6),
            low & 0xFC00 == 0xDC00
        {
            append(0x10000 + (unit & 0x3FF) << 10 + low & 0x3FF, to: &result)
            return 12
        }
        append(unit, to: &result)
        return 6
    }

    private static func append(_ scalar: UInt32, to result: inout [UInt8]) {
        func tail(_ shift: UInt32) -> UInt8 { UInt8(0x80 | (scalar >> shift) & 0x3F) }
        switch scalar {
        case ..<0x80: result.append(UInt8(scalar))
        case ..<0x800: result.append(contentsOf: [UInt8(0xC0 | scalar >> 6), tail(0)])
        case ..<0x10000: result.append(contentsOf: [UInt8(0xE0 | scalar >> 12), tail(6), tail(0)])
        default: result.append(contentsOf: [UInt8(0xF0 | scalar >> 18), tail(12), tail(6), tail(0)])
        }
    }
}
