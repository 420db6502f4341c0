import PhoenixChannels

/// An entry of the list of upstreams that a request's own `uri` may lead to, with a port of its own or without.
package struct AllowedUpstream: Sendable, Equatable, CustomStringConvertible {
    enum Host: Sendable, Equatable {
        /// `*`
        case any
        /// `loopback`: localhost, 127.0.0.0/8 and ::1.
        case loopback
        case name(String)
        /// `*.example.com`: every name below that one.
        case below(String)
        case block(AddressBlock)
    }

    /// A name's bound in DNS (RFC 1035 section 2.3.4), in its text form.
    private static let maxNameBytes = 253

    let host: Host
    /// Nil for every port.
    let port: Int?
    /// As it was written.
    package let description: String

    package static let loopback = AllowedUpstream(host: .loopback, port: nil, description: "loopback")

    private init(host: Host, port: Int?, description: String) {
        self.host = host
        self.port = port
        self.description = description
    }

    /// Takes an entry as it is written; nil for what is none.
    ///
    /// These are `*`, `loopback`, `example.com`, `*.example.com`, an address, or a block of them such as `10.0.0.0/8`; each
    /// with `:port` behind it or without, IPv6 then in brackets.
    package init?(_ text: String) {
        guard let (place, port) = Self.parts(text), let host = Self.host(place) else { return nil }
        self.init(host: host, port: port, description: text)
    }

    /// What its addresses are, where it is about those.
    var blocks: [AddressBlock] {
        switch host {
        case .block(let block): [block]
        case .loopback: AddressBlock.loopback
        case .any, .name, .below: []
        }
    }

    /// Whether it lists a name, which is normalized.
    func matches(_ name: String) -> Bool {
        switch host {
        case .name(let listed): name == listed
        case .below(let parent): name.hasSuffix("." + parent)
        case .any, .loopback, .block: false
        }
    }

    /// A name as names are compared: in lower case, without the final dot that is DNS's own.
    static func normalized(_ name: String) -> String {
        let lower = name.lowercased()
        return lower.hasSuffix(".") ? String(lower.dropLast()) : lower
    }

    /// The entry without its port, and that; nil where that is none.
    private static func parts(_ text: String) -> (String, Int?)? {
        var place = Substring(text)
        var rest: Substring = ""
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            place = text[text.index(after: text.startIndex)..<end]
            rest = text[text.index(after: end)...]
        } else if text.count(where: { $0 == ":" }) == 1, let colon = text.firstIndex(of: ":") {
            (place, rest) = (text[..<colon], text[colon...])
        }
        guard !rest.isEmpty else { return (String(place), nil) }
        let digits = rest.dropFirst()
        guard rest.hasPrefix(":"), digits.utf8.allSatisfy(isDigit), let port = Int(digits), (1...65_535).contains(port)
        else { return nil }
        return (String(place), port)
    }

    private static func host(_ text: String) -> Host? {
        if text == "*" { return .any }
        if text == "loopback" { return .loopback }
        if let block = AddressBlock(text) { return .block(block) }
        let name = normalized(text)
        if name.hasPrefix("*.") {
            let parent = String(name.dropFirst(2))
            return isName(parent) ? .below(parent) : nil
        }
        return isName(name) ? .name(name) : nil
    }

    /// Whether it is a name: labels of letters, digits, `-` and `_`, the last one not all digits, which would be an address.
    private static func isName(_ text: String) -> Bool {
        let labels = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard text.utf8.count <= maxNameBytes, let last = labels.last, !last.allSatisfy(isDigit) else { return false }
        return labels.allSatisfy { label in
            !label.isEmpty
                && label.allSatisfy { byte in
                    isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                        || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
                }
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
