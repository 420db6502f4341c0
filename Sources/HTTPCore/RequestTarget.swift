/// An origin-form request target: split first, then percent-decoded, so that `%2F` stays inside its segment.
///
/// RFC 9112 section 3.2.1 and RFC 3986. A `+` in a query value is a plus sign there, but a space in the forms that curl
/// and browsers send; it is read as a space, as Plug does.
package struct RequestTarget: Sendable, Hashable {
    package struct QueryItem: Sendable, Hashable {
        package let name: String
        package let value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Why a target was refused; `detail` is fit for a problem document.
    package struct ParseError: Error, Equatable {
        package let detail: String
    }

    package let segments: [String]
    package let query: [QueryItem]

    /// Reads a target as it stood in the request line.
    ///
    /// - Throws: `ParseError` for another form than `/path?query`, a control byte, a space, `%00`, a bad
    ///   percent-encoding, or one that isn't UTF-8.
    package init(_ raw: some Collection<UInt8>) throws(ParseError) {
        guard raw.first == UInt8(ascii: "/") else {
            throw ParseError(detail: "The request target must begin with '/'.")
        }
        if raw.contains(where: { $0 <= 0x20 || $0 == 0x7F }) {
            throw ParseError(detail: "The request target has a space or a control byte in it: percent-encode it.")
        }
        let parts = raw.dropFirst().split(
            separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
        var segments: [String] = []
        for segment in parts[0].split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            segments.append(try Self.decode(segment, plusIsSpace: false))
        }
        self.segments = segments == [""] ? [] : segments
        var query: [QueryItem] = []
        if parts.count == 2 {
            for pair in parts[1].split(separator: UInt8(ascii: "&")) {
                let sides = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
                query.append(
                    QueryItem(
                        name: try Self.decode(sides[0], plusIsSpace: true),
                        value: sides.count == 2 ? try Self.decode(sides[1], plusIsSpace: true) : ""))
            }
        }
        self.query = query
    }

    private static func decode(_ raw: some Collection<UInt8>, plusIsSpace: Bool) throws(ParseError) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(raw.count)
        var index = raw.startIndex
        while index != raw.endIndex {
            var byte = raw[index]
            raw.formIndex(after: &index)
            if byte == UInt8(ascii: "%") {
                guard let high = nextDigit(raw, &index), let low = nextDigit(raw, &index) else {
                    throw ParseError(detail: "A '%' in the request target must be followed by two hexadecimal digits.")
                }
                byte = high << 4 | low
                guard byte != 0 else {
                    throw ParseError(detail: "The request target must not have %00 in it.")
                }
            } else if plusIsSpace, byte == UInt8(ascii: "+") {
                byte = UInt8(ascii: " ")
            }
            bytes.append(byte)
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ParseError(detail: "The request target, percent-decoded, must be UTF-8.")
        }
        return text
    }

    private static func nextDigit<C: Collection<UInt8>>(_ raw: C, _ index: inout C.Index) -> UInt8? {
        guard index != raw.endIndex else { return nil }
        defer { raw.formIndex(after: &index) }
        switch raw[index] {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): return raw[index] - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): return raw[index] - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): return raw[index] - UInt8(ascii: "A") + 10
        default: return nil
        }
    }
}
