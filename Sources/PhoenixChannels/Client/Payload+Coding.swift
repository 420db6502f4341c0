import FoundationEssentials

/// JSON in and out of Swift's own types; not for the gateway's path, where payloads stay bytes.
extension Payload {
    /// `{}`.
    public static var emptyObject: Payload { .json(.emptyObject) }

    /// A value as JSON.
    ///
    /// - Parameter value: what `JSONEncoder` can encode.
    /// - Returns: the payload.
    /// - Throws: what `JSONEncoder` throws.
    public static func encoding(_ value: some Encodable) throws -> Payload {
        .json(JSONText(unchecked: Array(try JSONEncoder().encode(value))))
    }

    /// A payload as a value: JSON decoded, bytes as they are into `[UInt8]` or `Data` only.
    ///
    /// - Parameter type: what to decode.
    /// - Returns: the value.
    /// - Throws: `DecodingError` when it doesn't fit.
    public func decode<Value: Decodable>(as type: Value.Type = Value.self) throws -> Value {
        switch self {
        case .json(let text): return try JSONDecoder().decode(type, from: Data(text.bytes))
        case .binary(let bytes):
            if let value = (bytes as? Value) ?? (Data(bytes) as? Value) { return value }
            throw DecodingError.typeMismatch(
                type, DecodingError.Context(codingPath: [], debugDescription: "a binary payload is bytes, not JSON"))
        }
    }
}

extension JSONText {
    /// Takes a text that is JSON already, and that a Phoenix server takes: UTF-8, at most 64 levels, no unpaired
    /// surrogate, no number out of a double's range.
    ///
    /// - Parameter text: one JSON value.
    /// - Throws: `JSONError`, which says what is wrong and where.
    public init(_ text: String) throws(JSONError) {
        try self.init(validating: Array(text.utf8))
    }
}

extension Reply {
    /// Whether the status is `ok`.
    public var isOK: Bool { status == "ok" }
}
