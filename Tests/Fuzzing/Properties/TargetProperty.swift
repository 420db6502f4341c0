import HTTPCore

/// A request target: one that is taken has nothing dangerous in it, is read as by the book, and as the same when it is
/// written anew.
enum TargetProperty {
    static func check(_ raw: [UInt8]) throws(Violation) {
        let target = try? RequestTarget(raw)
        let expected = read(raw)
        try require((target == nil) == (expected == nil), target == nil ? "it is refused" : "it is taken")
        guard let target, let expected else { return }
        try require(raw.allSatisfy { $0 > 0x20 && $0 != 0x7F }, "a control byte was taken")
        let texts = target.segments + target.query.flatMap { [$0.name, $0.value] }
        try require(texts.map { Array($0.utf8) } == expected, "it is read as \(texts)")
        try require(texts.allSatisfy { !$0.utf8.contains(0) }, "a NUL was taken")
        try require((try? RequestTarget(Array(written(target).utf8))) == target, "written anew it is another")
    }

    /// The segments, and the names and values of the query; nil for what is no target.
    private static func read(_ raw: [UInt8]) -> [[UInt8]]? {
        guard raw.first == UInt8(ascii: "/"), !raw.contains(where: { $0 <= 0x20 || $0 == 0x7F }) else { return nil }
        let sides = raw.dropFirst().split(separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
        var parts = sides[0].split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map { decoded($0) }
        if sides[0].isEmpty { parts = [] }
        for pair in sides.dropFirst().joined().split(separator: UInt8(ascii: "&")) {
            let spaced = pair.map { $0 == UInt8(ascii: "+") ? 0x20 : $0 }
            let item = spaced.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            parts += [decoded(item[0]), item.count == 2 ? decoded(item[1]) : []]
        }
        let found = parts.compactMap { $0 }
        return found.count == parts.count ? found : nil
    }

    private static func decoded(_ part: some Collection<UInt8>) -> [UInt8]? {
        let pieces = part.split(separator: UInt8(ascii: "%"), omittingEmptySubsequences: false)
        var bytes = Array(pieces[0])
        for piece in pieces.dropFirst() {
            let digits = piece.prefix(2)
            guard digits.count == 2, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit && $0 < 0x80 }),
                let byte = UInt8(String(decoding: digits, as: UTF8.self), radix: 16), byte != 0
            else { return nil }
            bytes.append(byte)
            bytes += piece.dropFirst(2)
        }
        return text(bytes) == nil ? nil : bytes
    }

    private static func written(_ target: RequestTarget) -> String {
        let query = target.query.map { "\(escaped($0.name))=\(escaped($0.value))" }.joined(separator: "&")
        return "/" + target.segments.map(escaped).joined(separator: "/") + "?" + query
    }

    /// Every byte percent-encoded, so that nothing of what is between them is taken for a separator.
    private static func escaped(_ text: String) -> String {
        text.utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
