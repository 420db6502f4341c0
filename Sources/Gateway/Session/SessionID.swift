/// What a session is found by, and known to nobody but its users.
///
/// It is `<node>.<128 random bits in base62>`: who knows it may use the session.
package struct SessionID: Sendable, Hashable, CustomStringConvertible {
    /// 22 digits of base62 hold 128 bits.
    private static let digits = 22
    /// Room for a pod's name or a host's; ids are in every path.
    private static let maxNode = 32

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

    /// The node in it; nil when it is no id that a gateway has given.
    var node: String? { Self.parts(of: Array(text.utf8)).map { String(decoding: $0.node, as: UTF8.self) } }

    /// What may be logged of it; nil for what has another form.
    var short: String? { Self.short(Array(text.utf8)) }

    /// What may be logged of an id, the node and six characters; nil for what has another form.
    static func short(_ text: some Collection<UInt8>) -> String? {
        parts(of: Array(text)).map { node, secret in
            String(decoding: node, as: UTF8.self) + "." + String(decoding: secret.prefix(shownDigits), as: UTF8.self)
        }
    }

    private static let shownDigits = 6

    private static func parts(of text: [UInt8]) -> (node: ArraySlice<UInt8>, secret: ArraySlice<UInt8>)? {
        guard let dot = text.firstIndex(of: UInt8(ascii: ".")) else { return nil }
        let (node, secret) = (text[..<dot], text[(dot + 1)...])
        guard isNode(node), secret.count == digits, secret.allSatisfy(Base62.isDigit) else { return nil }
        return (node, secret)
    }

    /// Whether a text can be a node's name: `a-z 0-9 -`, 1 to 32.
    package static func isNode(_ text: String) -> Bool { isNode(Array(text.utf8)[...]) }

    private static func isNode(_ text: ArraySlice<UInt8>) -> Bool {
        (1...maxNode).contains(text.count)
            && text.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}

/// Why a session is no more.
package enum EndReason: String, Sendable, CaseIterable {
    case deleted, idle, overflow, draining
}
