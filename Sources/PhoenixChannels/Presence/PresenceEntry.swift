/// A key of a presence, such as a user's id, and all that the server tracks under it.
public struct PresenceEntry: Sendable, Hashable {
    /// The key; an unpaired surrogate in it shows as replacement characters.
    public let key: String
    /// The key's presences, in the order of the server's state, then as they came; never empty in a `Presence`.
    public internal(set) var metas: [PresenceMeta]

    /// The key without its escapes: what keys are told apart by, since `String` takes canonical equivalents for equal.
    let id: [UInt8]
    /// The key in its quotes, as it was written.
    let name: [UInt8]
    /// The members beside `metas`, which a server's `fetch/2` adds, as they were written.
    let others: [UInt8]

    init(name: [UInt8], id: [UInt8], _ value: JSONSlice) throws(PresenceError) {
        guard let list = value.member("metas"), list.kind == .array else { throw .badEntry }
        self.id = id
        self.name = name
        key = String(decoding: id, as: UTF8.self)
        var metas: [PresenceMeta] = []
        for element in list.elements() { metas.append(try PresenceMeta(element)) }
        self.metas = metas
        var others: [UInt8] = []
        for member in value.namedMembers() where member.id != Array("metas".utf8) {
            if !others.isEmpty { others.append(UInt8(ascii: ",")) }
            others += member.name
            others.append(UInt8(ascii: ":"))
            others += member.value.bytes
        }
        self.others = others
    }

    /// All under the key: `{"metas":[…]}`, with what the server's `fetch/2` put beside the metas, from the latest join.
    public var json: JSONText {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return JSONText(unchecked: bytes)
    }

    /// All under the key as a value of your own, the metas among it.
    ///
    /// - Parameter type: what to decode.
    /// - Returns: the value.
    /// - Throws: `DecodingError` when it doesn't fit.
    public func decode<Value: Decodable>(as type: Value.Type = Value.self) throws -> Value {
        try Payload.json(json).decode(as: type)
    }

    /// What it counts towards `PresenceLimits.maxBytes`.
    var byteCount: Int {
        metas.reduce(PresenceLimits.overhead + name.count + others.count) {
            $0 + PresenceLimits.metaOverhead + $1.json.bytes.count
        }
    }

    func append(to bytes: inout [UInt8]) {
        bytes += #"{"metas":["#.utf8
        for (index, meta) in metas.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes += meta.json.bytes
        }
        bytes.append(UInt8(ascii: "]"))
        if !others.isEmpty {
            bytes.append(UInt8(ascii: ","))
            bytes += others
        }
        bytes.append(UInt8(ascii: "}"))
    }
}
