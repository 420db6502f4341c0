/// Bytes in the corpus' spelling: `\r`, `\n`, `\t`, `\0`, `\\`, `\xHH`, and `\{100 text\}` for a text that comes a hundred
/// times; all else stands for itself.
enum EscapedBytes {
    struct Failure: Error {
        let text: String
    }

    static func bytes(_ text: some StringProtocol) throws -> [UInt8] {
        var rest = Substring(text)
        var bytes: [UInt8] = []
        while let character = rest.popFirst() {
            guard character == #"\"# else {
                bytes += Array(String(character).utf8)
                continue
            }
            switch rest.popFirst() {
            case "r": bytes.append(13)
            case "n": bytes.append(10)
            case "t": bytes.append(9)
            case "0": bytes.append(0)
            case #"\"#: bytes.append(UInt8(ascii: #"\"#))
            case "x":
                guard rest.count >= 2, let byte = UInt8(rest.prefix(2), radix: 16) else {
                    throw Failure(text: "\(text)")
                }
                bytes.append(byte)
                rest = rest.dropFirst(2)
            case "{":
                guard let end = rest.firstRange(of: #"\}"#) else { throw Failure(text: "\(text)") }
                let parts = rest[..<end.lowerBound].split(
                    separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
                guard parts.count == 2, let count = Int(parts[0]) else { throw Failure(text: "\(text)") }
                bytes += Array(repeatElement(try Self.bytes(parts[1]), count: count).joined())
                rest = rest[end.upperBound...]
            default: throw Failure(text: "\(text)")
            }
        }
        return bytes
    }
}
