/// A name to match: itself, or with `*` for any run of characters; `\*` is a star and `\\` a backslash.
///
/// To match costs in the order of the name's length plus the glob's, whatever they are.
package struct Glob: Sendable, Hashable {
    /// What the name begins with: all of it, unless there is a star.
    private let first: [UInt8]
    /// What stands between two stars.
    private let middle: [GlobPart]
    /// What stands behind the last star; nil without one.
    private let last: [UInt8]?

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
        last = parts.count > 1 ? parts.removeLast() : nil
        first = parts.removeFirst()
        middle = parts.filter { !$0.isEmpty }.map { GlobPart($0) }
    }

    /// Matches this text only, stars being stars.
    package init(exactly text: String) {
        first = Array(text.utf8)
        middle = []
        last = nil
    }

    package func matches(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { matches($0) }
    }

    private func matches(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let last else { return bytes.count == first.count && bytes.elementsEqual(first) }
        guard bytes.count >= first.count + last.count, bytes.starts(with: first),
            bytes.suffix(last.count).elementsEqual(last)
        else { return false }
        // Each part between two stars is taken where it first fits: a later place could only leave less for the rest.
        var rest = bytes[first.count..<(bytes.count - last.count)]
        for part in middle {
            guard let end = part.end(in: rest) else { return false }
            rest = rest[end...]
        }
        return true
    }
}
