/// Why a text is not taken as JSON: where, in bytes from the start, and in words that hold nothing of the text.
package struct JSONError: Error, Equatable, CustomStringConvertible {
    package let offset: Int
    package let detail: String

    package init(offset: Int, detail: String) {
        self.offset = offset
        self.detail = detail
    }

    package var description: String { "\(detail), at byte \(offset)" }
}
