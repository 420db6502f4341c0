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
}

/// Why a session is no more.
package enum EndReason: String, Sendable {
    case deleted, idle, overflow, draining
}
