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

    package private(set) var segments: [String]
    package let query: [QueryItem]

    /// Reads a target as it stood in the request line.
    ///
    /// - Throws: `ParseError` for another form than `/path?query`, a control byte, a space, `%00`, a bad
    ///   percent-encoding, or one that isn't UTF-8.
    package init(_ raw: [UInt8]) throws(ParseError) {
        guard raw.first == UInt8(ascii: "/") else {
            throw ParseError(detail: "The request target must begin with '/'.")
        }
        if raw.contains(where: { $0 <= 0x20 || $0 == 0x7F }) {
            throw ParseError(detail: "The request target has a space or a control byte in it: percent-encode it.")
        }
        let pathEnd = raw.firstIndex(of: UInt8(ascii: "?")) ?? raw.count
        var segments: [String] = []
        try Self.split(raw[1..<pathEnd], at: UInt8(ascii: "/")) { segment throws(ParseError) in
            segments.append(try Self.decode(segment, plusIsSpace: false))
        }
        self.segments = segments == [""] ? [] : segments
        var query: [QueryItem] = []
        if pathEnd < raw.count {
            try Self.split(raw[(pathEnd + 1)...], at: UInt8(ascii: "&")) { pair throws(ParseError) in
                guard !pair.isEmpty else { return }
                let nameEnd = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
                let valueStart = min(nameEnd + 1, pair.endIndex)
                query.append(
                    QueryItem(
                        name: try Self.decode(pair[..<nameEnd], plusIsSpace: true),
                        value: try Self.decode(pair[valueStart...], plusIsSpace: true)))
            }
        }
        self.query = query
    }

    /// The same without so many segments at its beginning.
    package func dropping(_ count: Int) -> RequestTarget {
        var copy = self
        copy.segments = Array(segments.dropFirst(count))
        // A path that is a slash has none.
        if copy.segments == [""] { copy.segments = [] }
        return copy
    }

    /// Hands on the parts between separators, one more than there are separators.
    private static func split(
        _ raw: ArraySlice<UInt8>, at separator: UInt8, _ take: (ArraySlice<UInt8>) throws(ParseError) -> Void
    ) throws(ParseError) {
        var rest = raw
        while let end = rest.firstIndex(of: separator) {
            try take(rest[..<end])
            rest = rest[(end + 1)...]
        }
        try take(rest)
    }

    private static func decode(_ raw: ArraySlice<UInt8>, plusIsSpace: Bool) throws(ParseError) -> String {
        var (isEncoded, isASCII) = (false, true)
        for byte in raw {
            if byte == UInt8(ascii: "%") || (plusIsSpace && byte == UInt8(ascii: "+")) { isEncoded = true }
            if byte >= 0x80 { isASCII = false }
        }
        // Which is UTF-8, and need not be looked at again.
        if isASCII, !isEncoded { return String(decoding: raw, as: UTF8.self) }
        let bytes = isEncoded ? try unescape(raw, plusIsSpace: plusIsSpace) : raw
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ParseError(detail: "The request target, percent-decoded, must be UTF-8.")
        }
        return text
    }

    private static func unescape(_ raw: ArraySlice<UInt8>, plusIsSpace: Bool) throws(ParseError) -> ArraySlice<UInt8> {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(raw.count)
        var index = raw.startIndex
        while index < raw.endIndex {
            var byte = raw[index]
            index += 1
            if byte == UInt8(ascii: "%") {
                guard index + 1 < raw.endIndex, let high = digit(raw[index]), let low = digit(raw[index + 1]) else {
                    throw ParseError(detail: "A '%' in the request target must be followed by two hexadecimal digits.")
                }
                byte = high << 4 | low
                index += 2
                guard byte != 0 else {
                    throw ParseError(detail: "The request target must not have %00 in it.")
                }
            } else if plusIsSpace, byte == UInt8(ascii: "+") {
                byte = UInt8(ascii: " ")
            }
            bytes.append(byte)
        }
        return bytes[...]
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
