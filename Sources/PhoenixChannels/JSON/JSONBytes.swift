/// What scanning and reading share: steps over bytes in a buffer.
enum JSONBytes {
    /// The first position from `start` on that holds a quote, a backslash, a control or a non-ASCII character.
    ///
    /// Eight bytes at a time: a borrow in the subtractions only reaches bytes above one that is itself found, so the
    /// lowest marked byte is exact.
    @inline(__always)
    static func plainRun(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let raw = UnsafeRawBufferPointer(bytes)
        var index = start
        while bytes.count - index >= 8 {
            let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            let quote = word ^ (ones &* 0x22)
            let backslash = word ^ (ones &* 0x5C)
            let marks = (word &- ones &* 0x20) | (quote &- ones) | (backslash &- ones) | word
            let found = marks & (ones &* 0x80)
            guard found == 0 else { return index + found.trailingZeroBitCount / 8 }
            index += 8
        }
        while index < bytes.count {
            let byte = bytes[index]
            if byte < 0x20 || byte >= 0x80 || byte == 0x22 || byte == 0x5C { break }
            index += 1
        }
        return index
    }

    /// The code unit of the escape `\uXXXX` at `index`; nil when there is none.
    static func unicodeEscape(in bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> UInt32? {
        guard bytes.count - index >= 6, bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u") else {
            return nil
        }
        var unit: UInt32 = 0
        for position in index + 2..<index + 6 {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): unit = unit << 4 | UInt32(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): unit = unit << 4 | UInt32(byte - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): unit = unit << 4 | UInt32(byte - UInt8(ascii: "A") + 10)
            default: return nil
            }
        }
        return unit
    }

    @inline(__always)
    static func isWhitespace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

    static func skipWhitespace(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var index = start
        while index < bytes.count, isWhitespace(bytes[index]) { index += 1 }
        return index
    }

    /// The position behind the string that begins at `start`, in text that is known to be valid.
    static func skipString(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var index = start + 1
        while true {
            index = plainRun(in: bytes, from: index)
            guard index < bytes.count else { return bytes.count }
            switch bytes[index] {
            case UInt8(ascii: "\""): return index + 1
            case UInt8(ascii: "\\"): index = min(index + 2, bytes.count)
            default: index += 1
            }
        }
    }

    /// The position behind the value that begins at `start`, in text that is known to be valid.
    ///
    /// With a `depth`, `start` is between two values, and the position is behind the end of so many objects and arrays.
    static func skipValue(in bytes: UnsafeBufferPointer<UInt8>, from start: Int, depth: Int = 0) -> Int {
        var index = start
        var depth = depth
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                index = skipString(in: bytes, from: index)
                if depth == 0 { return index }
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                guard depth > 0 else { return index }
                depth -= 1
                if depth == 0 { return index + 1 }
            case UInt8(ascii: ","), UInt8(ascii: ":"), 0x20, 0x0A, 0x0D, 0x09:
                if depth == 0 { return index }
            default:
                break
            }
            index += 1
        }
        return index
    }
}
