/// What a session is found by, and known to nobody but its users.
///
/// It is `<node>.<128 random bits in base62>`: who knows it may use the session.
package struct SessionID: Sendable, Hashable, CustomStringConvertible {
    /// 22 digits of base62 hold 128 bits.
    private static let digits = 22

    private let text: String

    /// Draws a new one.
    ///
    /// `node` names the gateway that holds the session: `a-z 0-9 -`, at most 32.
    package static func random(node: String) -> SessionID {
        SessionID(text: "\(node).\(Base62.random(digits))")
    }

    private init(text: String) {
        self.text = text
    }

    /// Takes what a request named; whether there is such a session is the registry's to say.
    package init(named text: String) {
        self.text = text
    }

    package var description: String { text }

    /// What may be logged of an id, the node and six characters; nil for what has another form.
    static func short(_ text: some Collection<UInt8>) -> String? {
        guard let dot = text.firstIndex(of: UInt8(ascii: ".")) else { return nil }
        let (node, secret) = (text[..<dot], text[text.index(after: dot)...])
        guard (1...maxNode).contains(node.count), node.allSatisfy(isOfNode), secret.count == digits,
            secret.allSatisfy(isDigit)
        else { return nil }
        return String(decoding: node, as: UTF8.self) + "." + String(decoding: secret.prefix(shownDigits), as: UTF8.self)
    }

    private static let maxNode = 32
    private static let shownDigits = 6

    private static func isOfNode(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
        default: false
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        isOfNode(byte | 0x20) && byte != UInt8(ascii: "-") && byte > 0x20
    }
}

/// Why a session is no more.
package enum EndReason: String, Sendable, CaseIterable {
    case deleted, idle, overflow, draining
}
