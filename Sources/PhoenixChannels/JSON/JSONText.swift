/// A single JSON value as the UTF-8 text it was written in: numbers beyond 2^53 and duplicate keys survive.
public struct JSONText: Sendable, Hashable {
    /// The text in UTF-8, white space around the value included.
    public let bytes: [UInt8]

    /// Takes bytes that are known to be one valid JSON value, without looking at them.
    package init(unchecked bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// `{}`.
    public static let emptyObject = JSONText(unchecked: Array("{}".utf8))
}
