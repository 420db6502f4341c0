/// A name to match: itself, or with `*` for any run of characters; `\*` is a star and `\\` a backslash.
package struct Glob: Sendable, Hashable {
    /// What stands between the stars; one part means an exact match.
    private let parts: [[UInt8]]

    package init(_ pattern: String) {
        var parts: [[UInt8]] = [[]]
        var bytes = Array(pattern.utf8)[...]
        while let byte = bytes.popFirst() {
            if byte == UInt8(ascii: "*") {
                parts.append([])
            } else if byte == UInt8(ascii: "\\"), let next = bytes.first,
                next == UInt8(ascii: "*") || next == UInt8(ascii: "\\")
            {
                bytes.removeFirst()
                parts[parts.count - 1].append(next)
            } else {
                parts[parts.count - 1].append(byte)
            }
        }
        self.parts = parts
    }

    /// Matches this text only, stars being stars.
    package init(exactly text: String) {
        parts = [Array(text.utf8)]
    }

    package func matches(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard let first = parts.first, let last = parts.last, parts.count > 1 else { return parts.first == bytes }
        guard bytes.count >= first.count + last.count, bytes.starts(with: first), bytes.suffix(last.count) == last[...]
        else { return false }
        // Each part between two stars is taken where it first fits: a later place could only leave less for the rest.
        var rest = bytes[first.count..<(bytes.count - last.count)]
        for part in parts.dropFirst().dropLast() {
            guard let end = Self.end(of: part, in: rest) else { return false }
            rest = rest[end...]
        }
        return true
    }

    private static func end(of part: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
        var start = bytes.startIndex
        while start + part.count <= bytes.endIndex {
            if bytes[start..<(start + part.count)] == part[...] { return start + part.count }
            start += 1
        }
        return nil
    }
}
