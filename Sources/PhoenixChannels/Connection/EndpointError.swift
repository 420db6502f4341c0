/// Why an endpoint was refused: in words, and which of `uri`, `params` and `headers` is to be mended.
public struct EndpointError: Error, Sendable, Hashable, CustomStringConvertible {
    /// `uri`, `params` or `headers`.
    public let member: String
    public let description: String

    init(_ member: String, _ description: String) {
        self.member = member
        self.description = description
    }
}
