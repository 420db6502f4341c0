import Gateway

/// A cursor: one that is read prints as it was written, so that none passes for another.
enum CursorProperty {
    static func check(_ input: [UInt8]) throws(Violation) {
        guard let text = text(input) else { return }
        let cursor = Cursor(text)
        try require((cursor != nil) == isCursor(input), cursor == nil ? "it is refused" : "it is taken")
        guard let cursor else { return }
        try require(cursor.description == text, "\(text) is written \(cursor)")
        try require(Cursor(epoch: cursor.epoch, sequence: cursor.sequence) == cursor, "its parts make another")
    }

    /// `<epoch>-<seq>`: letters and digits, then a number of 64 bits without zeros in front.
    private static func isCursor(_ input: [UInt8]) -> Bool {
        let parts = input.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty, parts[1] == [0x30] || parts[1].first != 0x30,
            parts[0].allSatisfy({ $0 < 0x80 && (Character(Unicode.Scalar($0)).isLetter || isDigit($0)) }),
            parts[1].allSatisfy(isDigit), parts[1].count <= 20
        else { return false }
        return parts[1].reduce(UInt128(0)) { $0 * 10 + UInt128($1 - 0x30) } <= UInt128(UInt64.max)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
