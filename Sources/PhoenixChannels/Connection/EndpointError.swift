/// Why an endpoint was refused: in words that hold no secret, and which argument is to be mended.
public struct EndpointError: Error, Sendable, Hashable, CustomStringConvertible {
    /// `uri`, `params`, `headers`, `authToken`, `tls` or `proxy`.
    public let member: String
    public let description: String

    init(_ member: String, _ description: String) {
        self.member = member
        self.description = description
    }
}
