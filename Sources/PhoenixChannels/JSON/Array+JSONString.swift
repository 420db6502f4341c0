extension [UInt8] {
    /// Appends a string in quotes with what must be escaped escaped, and nothing else.
    package mutating func appendJSONString(_ string: String) {
        var string = string
        string.withUTF8 { appendJSONString(utf8: $0) }
    }

    /// Appends valid UTF-8 in quotes with what must be escaped escaped, and nothing else.
    package mutating func appendJSONString(utf8 bytes: some Collection<UInt8>) {
        append(UInt8(ascii: "\""))
        let appended: Void? = bytes.withContiguousStorageIfAvailable { appendEscaped($0) }
        if appended == nil { Array(bytes).withUnsafeBufferPointer { appendEscaped($0) } }
        append(UInt8(ascii: "\""))
    }

    private mutating func appendEscaped(_ bytes: UnsafeBufferPointer<UInt8>) {
        var index = 0
        while index < bytes.count {
            let end = JSONBytes.plainRun(in: bytes, from: index)
            append(contentsOf: UnsafeBufferPointer(rebasing: bytes[index..<end]))
            guard end < bytes.count else { return }
            appendEscaped(bytes[end])
            index = end + 1
        }
    }

    private mutating func appendEscaped(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): append(contentsOf: [UInt8(ascii: "\\"), byte])
        case 0x08: append(contentsOf: "\\b".utf8)
        case 0x09: append(contentsOf: "\\t".utf8)
        case 0x0A: append(contentsOf: "\\n".utf8)
        case 0x0C: append(contentsOf: "\\f".utf8)
        case 0x0D: append(contentsOf: "\\r".utf8)
        case 0..<0x20:
            let digits = Array("0123456789abcdef".utf8)
            append(contentsOf: "\\u00".utf8)
            append(contentsOf: [digits[Int(byte >> 4)], digits[Int(byte & 0xF)]])
        default: append(byte)
        }
    }
}
