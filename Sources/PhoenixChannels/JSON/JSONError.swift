/// Why a text is not taken as JSON: where, in bytes from the start, and in words that hold nothing of the text.
public struct JSONError: Error, Equatable, CustomStringConvertible {
    public let offset: Int
    public let detail: String

    package init(offset: Int, detail: String) {
        self.offset = offset
        self.detail = detail
    }

    public var description: String { "\(detail), at byte \(offset)" }
}
