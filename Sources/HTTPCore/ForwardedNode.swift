/// Who sent a request to a proxy, by what the proxy says: an address, or a word that hides it (RFC 7239, section 6).
struct ForwardedNode: Sendable, Equatable {
    /// Nil when it is hidden, or can't be read.
    let address: IPAddress?
    /// The word in its place.
    private let name: String

    /// The address without its port, the hiding word, or `unknown`: fit for a log.
    var text: String { address?.description ?? name }

    private static let unknown = "unknown"
    /// Longer than any name that a proxy makes up.
    private static let maxName = 64

    /// Reads `192.0.2.1`, `192.0.2.1:80`, `[2001:db8::1]:80`, `2001:db8::1`, `_name`, and `unknown`.
    init(_ text: String) {
        if let address = Self.address(text) {
            (self.address, name) = (address, Self.unknown)
            return
        }
        address = nil
        let word = text.prefix { $0 != ":" }
        let isName =
            word.hasPrefix("_") && (2...Self.maxName).contains(word.utf8.count) && word.utf8.allSatisfy(Self.isPart)
        name = isName ? String(word) : Self.unknown
    }

    init(_ address: IPAddress) {
        (self.address, name) = (address, Self.unknown)
    }

    private static func address(_ text: String) -> IPAddress? {
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { return nil }
            return IPAddress(text[text.index(after: text.startIndex)..<end])
        }
        if let address = IPAddress(text) { return address }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count == 2 ? IPAddress(parts[0]) : nil
    }

    private static func isPart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
