/// A file of certificates or of a key that can't be used: which, and why in words that hold nothing of its content.
public struct TLSFileError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The path as it was given.
    public let file: String
    /// Why.
    public let reason: String

    init(_ file: String, _ reason: String) {
        self.file = file
        self.reason = reason
    }

    public var description: String { "\(file) \(reason)" }
}
