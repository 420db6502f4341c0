/// Why a text is not taken as JSON: where, in bytes from the start, and in words that hold nothing of the text.
public struct JSONError: Error, Equatable, CustomStringConvertible {
    /// Where the text stops being JSON, or passes a limit: bytes from its start.
    public let offset: Int
    /// What is wrong there.
    public let detail: String

    package init(offset: Int, detail: String) {
        self.offset = offset
        self.detail = detail
    }

    public var description: String { "\(detail), at byte \(offset)" }
}
