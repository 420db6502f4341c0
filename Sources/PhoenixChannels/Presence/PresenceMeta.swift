/// One presence of a key: a user's tab or device, with what the server tracks about it.
public struct PresenceMeta: Sendable, Hashable {
    /// The meta as the server sent it, `phx_ref` included.
    public let json: JSONText
    /// What this meta is told apart by; two of the same are one presence.
    ///
    /// A string's content in quotes, anything else as it was written, and nothing where there is none: metas without a
    /// `phx_ref` are one, as in phoenix.js.
    let identity: [UInt8]

    init(_ slice: JSONSlice) throws(PresenceError) {
        guard slice.kind == .object else { throw .badMeta }
        json = slice.text
        let ref = slice.member("phx_ref")
        switch ref?.kind {
        case .string: identity = Array("\"\(ref?.string ?? "")".utf8)
        case .object, .array, .number, .true, .false, .null: identity = ref.map { Array($0.bytes) } ?? []
        case nil: identity = []
        }
    }

    /// Phoenix's own reference, new with each update of the meta; nil where the server sent none, or no string.
    public var phxRef: String? { json.slice.member("phx_ref")?.string }

    /// The meta as a value of your own.
    ///
    /// - Parameter type: what to decode.
    /// - Returns: the value.
    /// - Throws: `DecodingError` when it doesn't fit.
    public func decode<Value: Decodable>(as type: Value.Type = Value.self) throws -> Value {
        try Payload.json(json).decode(as: type)
    }
}
