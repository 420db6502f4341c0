package import PhoenixChannels

/// Writes one JSON object, member by member, into bytes: for answers and log entries.
package struct JSONObjectWriter {
    package private(set) var bytes: [UInt8]
    private var isEmpty = true

    package init(reserving capacity: Int = 256) {
        bytes = []
        bytes.reserveCapacity(capacity)
        bytes.append(UInt8(ascii: "{"))
    }

    /// Writes text instead, in which there may be objects.
    init(textReserving capacity: Int) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    /// Adds an object to a text: in place, since to hand the text on and back would copy it.
    mutating func addObject(_ members: (inout JSONObjectWriter) -> Void) {
        bytes.append(UInt8(ascii: "{"))
        isEmpty = true
        members(&self)
        isEmpty = false
        bytes.append(UInt8(ascii: "}"))
    }

    /// Adds to a text what is no JSON.
    mutating func append(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    mutating func append(_ cursor: Cursor) {
        cursor.append(to: &bytes)
    }

    package mutating func add(_ name: StaticString, _ value: String) {
        key(name)
        bytes.appendJSONString(value)
    }

    package mutating func add(_ name: StaticString, _ value: some BinaryInteger) {
        key(name)
        bytes.append(contentsOf: String(value).utf8)
    }

    package mutating func add(_ name: StaticString, _ value: Bool) {
        key(name)
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
    }

    /// A duration in seconds, to the millisecond.
    package mutating func add(_ name: StaticString, _ value: Duration) {
        let milliseconds = value / .milliseconds(1)
        key(name)
        let whole = Int(milliseconds.rounded())
        let rest = whole % 1000
        var text = String(whole / 1000)
        if rest != 0 { text += "." + String(String(rest + 1000).dropFirst()) }
        bytes.append(contentsOf: text.utf8)
    }

    /// A position in a log.
    mutating func add(_ name: StaticString, _ cursor: Cursor) {
        key(name)
        bytes.append(UInt8(ascii: "\""))
        cursor.append(to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    /// A time, in milliseconds since 1970 UTC.
    mutating func add(_ name: StaticString, milliseconds: Int64) {
        key(name)
        bytes.append(UInt8(ascii: "\""))
        Timestamp.append(milliseconds: milliseconds, to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    package mutating func addNull(_ name: StaticString) {
        key(name)
        bytes.append(contentsOf: "null".utf8)
    }

    /// A member whose value is JSON text already.
    package mutating func add(_ name: StaticString, json: some Sequence<UInt8>) {
        key(name)
        bytes.append(contentsOf: json)
    }

    /// A member whose value is an array of JSON texts.
    package mutating func add(_ name: StaticString, array: some Sequence<[UInt8]>) {
        key(name)
        bytes.append(contentsOf: Self.array(array))
    }

    /// A member whose value is an array of a log's entries.
    mutating func add(_ name: StaticString, entries: [LogEntry]) {
        key(name)
        bytes.append(UInt8(ascii: "["))
        for (index, entry) in entries.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            addObject { entry.write(to: &$0) }
        }
        bytes.append(UInt8(ascii: "]"))
    }

    /// An array of JSON texts.
    package static func array(_ elements: some Sequence<[UInt8]>) -> [UInt8] {
        var bytes = [UInt8(ascii: "[")]
        for (index, element) in elements.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(contentsOf: element)
        }
        bytes.append(UInt8(ascii: "]"))
        return bytes
    }

    /// A payload, byte for byte but for line breaks between tokens, which become spaces; binary as `{"$binary": …}`.
    package mutating func add(_ name: StaticString, payload: Payload) {
        key(name)
        switch payload {
        case .json(let text): text.appendSingleLine(to: &bytes)
        case .binary(let data): bytes.append(contentsOf: Self.binary(data))
        }
    }

    /// What a push was answered.
    mutating func add(_ reply: Reply) {
        add("status", reply.status)
        add("response", payload: reply.response)
    }

    /// How bytes stand in JSON: `{"$binary":"<base64>"}`.
    static func binary(_ data: [UInt8]) -> [UInt8] {
        var bytes = Array(#"{"$binary":""#.utf8)
        Base64.append(data, to: &bytes)
        bytes.append(contentsOf: #""}"#.utf8)
        return bytes
    }

    /// The whole object.
    package consuming func finish() -> [UInt8] {
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    private mutating func key(_ name: StaticString) {
        if !isEmpty { bytes.append(UInt8(ascii: ",")) }
        isEmpty = false
        bytes.append(UInt8(ascii: "\""))
        name.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
    }
}

/// Standard base64 with padding (RFC 4648 section 4).
enum Base64 {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func append(_ data: [UInt8], to bytes: inout [UInt8]) {
        for start in stride(from: 0, to: data.count, by: 3) {
            let group = data[start..<min(start + 3, data.count)]
            let word = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << (8 * UInt32(3 - group.count))
            for place in 0..<4 {
                let digit = digits[Int(word >> (18 - 6 * UInt32(place)) & 0x3F)]
                bytes.append(place <= group.count ? digit : UInt8(ascii: "="))
            }
        }
    }
}
