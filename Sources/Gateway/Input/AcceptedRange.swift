/// One media range of an `Accept` header, such as `text/*;q=0.5`.
struct AcceptedRange: Sendable {
    /// In lower case; `*` for any.
    let type: String
    let subtype: String
    /// 0 for what is not wanted at all, up to 1,000.
    let weight: Int
    /// Its place in the header.
    let index: Int

    /// How exactly it names what it takes.
    var precision: Int { (type == "*" ? 0 : 1) + (subtype == "*" ? 0 : 1) }

    func takes(_ mediaType: String) -> Bool {
        let sides = mediaType.split(separator: "/")
        return (type == "*" || type == sides[0]) && (subtype == "*" || subtype == sides[1])
    }

    func isPreferred(to other: AcceptedRange) -> Bool {
        if weight != other.weight { return weight > other.weight }
        if precision != other.precision { return precision > other.precision }
        return index < other.index
    }

    /// The ranges of a header; what isn't one is passed over.
    static func list(_ text: String) -> [AcceptedRange] {
        split(text, at: UInt8(ascii: ",")).enumerated().compactMap { index, part in AcceptedRange(part, index) }
    }

    private init?(_ text: String, _ index: Int) {
        let parts = Self.split(text, at: UInt8(ascii: ";"))
        guard let range = parts.first?.lowercased() else { return nil }
        let sides = range.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard sides.count == 2, sides.allSatisfy({ !$0.isEmpty }), sides[0] != "*" || sides[1] == "*" else {
            return nil
        }
        (type, subtype, self.index) = (sides[0], sides[1], index)
        let weights = parts.dropFirst().filter { $0.lowercased().hasPrefix("q=") }
        guard let weight = weights.first.map({ Self.weight(String($0.dropFirst(2))) }) ?? 1_000 else { return nil }
        self.weight = weight
    }

    /// `0.75` as 750: 0 to 1, with three decimals at the most.
    private static func weight(_ text: String) -> Int? {
        let sides = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(sides.count), sides[0] == "0" || sides[0] == "1" else { return nil }
        let decimals = sides.count == 2 ? String(sides[1]) : ""
        guard decimals.utf8.count <= 3, decimals.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        let padded = decimals + String(repeating: "0", count: 3 - decimals.utf8.count)
        let weight = (sides[0] == "1" ? 1_000 : 0) + (Int(padded) ?? 0)
        return weight <= 1_000 ? weight : nil
    }

    /// The parts between separators that don't stand in quotes, without the spaces around them.
    private static func split(_ text: String, at separator: UInt8) -> [String] {
        var parts: [[UInt8]] = [[]]
        var isQuoted = false
        var isEscaped = false
        for byte in text.utf8 {
            if byte == separator, !isQuoted {
                parts.append([])
                continue
            }
            if byte == UInt8(ascii: "\""), !isEscaped { isQuoted.toggle() }
            isEscaped = isQuoted && byte == UInt8(ascii: "\\") && !isEscaped
            parts[parts.count - 1].append(byte)
        }
        return parts.map { part in
            let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
            var rest = part.drop(while: isSpace)
            while let last = rest.last, isSpace(last) { rest.removeLast() }
            return String(decoding: rest, as: UTF8.self)
        }
    }
}
