import FoundationEssentials

/// A token that is handed to the server by subprotocol; no description shows it.
///
/// ```swift
/// let endpoint = try Endpoint(uri: "wss://lab.example/socket/websocket", authToken: AuthToken(token))
/// ```
public struct AuthToken: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    private let bytes: [UInt8]

    /// Takes a token in text, such as `Phoenix.Token` signs.
    public init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// Takes any bytes.
    public init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isEmpty: Bool { bytes.isEmpty }

    /// What is offered as `Sec-WebSocket-Protocol`.
    ///
    /// It is what phoenix.js sends. Whatever the prefix says, Phoenix decodes with the standard alphabet (transcript
    /// connect_secure_auth_token_subprotocol), so `+` and `/` stay; the padding is stripped.
    var subprotocol: String {
        "base64url.bearer.phx." + Data(bytes).base64EncodedString().prefix { $0 != "=" }
    }

    public var description: String { "AuthToken" }

    public var customMirror: Mirror { Mirror(self, children: []) }
}
