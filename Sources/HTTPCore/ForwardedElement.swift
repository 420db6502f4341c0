/// What one proxy says in `Forwarded` (RFC 7239) of the request as it came to it.
struct ForwardedElement: Equatable {
    /// `for`: who sent it.
    var node: String?
    /// `proto`.
    var scheme: String?
    /// `host`.
    var host: String?

    /// Reads one line of the field, the nearest proxy's element being the last.
    ///
    /// More is taken than section 4 allows: blanks around semicolons, and in a value without quotation marks the colons and
    /// brackets of addresses, which many proxies write so.
    ///
    /// - Returns: nil when it can't be read. What stands behind a quotation mark that a client has put there must not be
    ///   guessed at.
    static func list(_ line: String) -> [ForwardedElement]? {
        var reader = Reader(rest: line.utf8[...])
        var elements: [ForwardedElement] = []
        while true {
            guard let element = reader.element() else { return nil }
            // A list may have elements that are empty (RFC 9110, section 5.6.1.2).
            if element != ForwardedElement() || reader.hasPairs { elements.append(element) }
            guard !reader.rest.isEmpty else { return elements }
            guard reader.take(",") else { return nil }
        }
    }

    private struct Reader {
        var rest: Substring.UTF8View.SubSequence
        /// Whether the last element had any.
        var hasPairs = false

        mutating func element() -> ForwardedElement? {
            var element = ForwardedElement()
            var names: Set<String> = []
            repeat {
                skipBlanks()
                guard let name = word({ Self.isToken($0) }), !name.isEmpty else { continue }
                guard take("="), let value = value(), names.insert(name.lowercased()).inserted else { return nil }
                switch name.lowercased() {
                case "for": element.node = value
                case "proto": element.scheme = value
                case "host": element.host = value
                default: break
                }
                skipBlanks()
            } while take(";")
            hasPairs = !names.isEmpty
            return element
        }

        private mutating func value() -> String? {
            if take("\"") { return quoted() }
            return word { Self.isToken($0) || ":[]".utf8.contains($0) }.flatMap { $0.isEmpty ? nil : $0 }
        }

        /// What stands before the next quotation mark that has no backslash before it; nil when there is none.
        private mutating func quoted() -> String? {
            var bytes: [UInt8] = []
            while let byte = rest.popFirst() {
                switch byte {
                case UInt8(ascii: "\""): return String(validating: bytes, as: UTF8.self)
                case UInt8(ascii: "\\"):
                    guard let escaped = rest.popFirst() else { return nil }
                    bytes.append(escaped)
                default: bytes.append(byte)
                }
            }
            return nil
        }

        private mutating func word(_ isPart: (UInt8) -> Bool) -> String? {
            let end = rest.firstIndex { !isPart($0) } ?? rest.endIndex
            defer { rest = rest[end...] }
            return String(validating: rest[..<end], as: UTF8.self)
        }

        mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard rest.first == UInt8(ascii: character) else { return false }
            rest.removeFirst()
            return true
        }

        private mutating func skipBlanks() {
            rest = rest.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        }

        /// RFC 9110, section 5.6.2.
        private static func isToken(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
            }
        }
    }
}
