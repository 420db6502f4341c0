import FoundationEssentials

/// An HTTP proxy that opens a tunnel to the upstream with CONNECT (RFC 9110 section 9.3.6).
///
/// It is spoken to in the clear; what goes through the tunnel is the websocket's own, TLS included. The proxy looks the
/// upstream's name up.
public struct HTTPProxy: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    /// Its name or address, without brackets.
    public let host: String
    /// 1 to 65535.
    public let port: Int
    /// What `Proxy-Authorization` is to say, a secret; nil without credentials.
    public let authorization: String?

    /// Names a proxy.
    ///
    /// - Parameters:
    ///   - host: its name or address.
    ///   - port: 1 to 65535.
    ///   - user: asks with basic credentials (RFC 7617); no colon may be in it.
    ///   - password: the user's.
    /// - Throws: `EndpointError` of the member `proxy`.
    public init(host: String, port: Int, user: String? = nil, password: String = "") throws(EndpointError) {
        guard HostName.isValid(host) else { throw EndpointError("proxy", "The proxy's host is not a name or address.") }
        guard (1...65_535).contains(port) else {
            throw EndpointError("proxy", "The proxy's port must be 1 to 65535.")
        }
        if let user {
            guard !user.contains(":"), (user + password).utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
                throw EndpointError(
                    "proxy", "The proxy's user can't have a colon in it, and neither it nor the password controls.")
            }
            authorization = "Basic " + Data("\(user):\(password)".utf8).base64EncodedString()
        } else {
            authorization = nil
        }
        self.host = host
        self.port = port
    }

    /// Its place, without the credentials.
    public var description: String { "\(HostName.bracketed(host)):\(port)" }

    public var customMirror: Mirror { Mirror(self, children: ["host": host, "port": port]) }
}
