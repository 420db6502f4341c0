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
    var node: String? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, Self.isNode(String(parts[0])), parts[1].utf8.count == Self.digits,
            parts[1].utf8.allSatisfy(Base62.isDigit)
        else { return nil }
        return String(parts[0])
    }

    /// Whether a text can be a node's name: `a-z 0-9 -`, 1 to 32.
    package static func isNode(_ text: String) -> Bool {
        (1...maxNode).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}

/// Why a session is no more.
package enum EndReason: String, Sendable {
    case deleted, idle, overflow, draining
}
