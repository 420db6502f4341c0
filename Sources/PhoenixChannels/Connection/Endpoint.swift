import FoundationEssentials

/// Where a Phoenix socket is, and what is sent along when connecting to it.
public struct Endpoint: Sendable, Hashable, CustomStringConvertible {
    /// A header of the upgrade request, or of a refusal.
    public struct Header: Sendable, Hashable {
        /// In any case.
        public let name: String
        /// Without line breaks.
        public let value: String

        /// Takes a header as it stands on the wire.
        ///
        /// - Parameters:
        ///   - name: in any case.
        ///   - value: without line breaks.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The serializer's version that this client speaks.
    private static let version = "2.0.0"
    /// The subprotocol that a Phoenix server answers with when it is offered an auth token.
    private static let subprotocol = "phoenix"
    /// What the websocket handshake writes itself.
    private static let ownHeaders: Set<String> = [
        "connection", "content-length", "expect", "host", "http2-settings", "keep-alive", "proxy-connection",
        "sec-websocket-accept", "sec-websocket-extensions", "sec-websocket-key", "sec-websocket-protocol",
        "sec-websocket-version", "te", "trailer", "transfer-encoding", "upgrade",
    ]

    /// A name or a literal address, without brackets.
    public let host: String
    /// 80, or 443 for `wss`, where the uri has none.
    public let port: Int
    /// Path and query as they stand in the request line.
    public let target: String
    /// Headers that the upgrade request has beside the handshake's own, in their order.
    public private(set) var headers: [Header]
    /// The uri without its query, which may hold secrets.
    public let display: String
    /// How TLS is spoken; nil for `ws`.
    public let tls: TLSOptions?
    /// What is connected through; nil for a direct connection.
    public let proxy: HTTPProxy?
    let authToken: AuthToken?
    let tlsContext: TLSContext?

    /// Takes an address as it is: nothing is appended to its path.
    ///
    /// For `wss` the certificates are loaded here, on the caller's thread; endpoints with the same options share them.
    ///
    /// - Parameters:
    ///   - uri: `ws` or `wss`; without a port it is 80 or 443.
    ///   - params: merged into the query, nested ones as Plug decodes them, in place of those of the same name; `vsn` is
    ///     added.
    ///   - headers: sent with the upgrade request. Phoenix hands an application those that begin with `x-`.
    ///   - authToken: sent by subprotocol, out of the uri and so of the logs, to a socket with `auth_token: true`. A server
    ///     that doesn't answer with the subprotocol `phoenix` has not taken it, and the attempt fails.
    ///   - tls: whom to trust and what to show; of no effect with `ws`.
    ///   - proxy: an HTTP proxy to connect through. The environment's `http_proxy` and the like are not looked at.
    /// - Throws: `EndpointError`, which says what is to be mended.
    public init(
        uri: String, params: JSONText = .emptyObject, headers: [(name: String, value: String)] = [],
        authToken: AuthToken? = nil, tls: TLSOptions = .systemRoots, proxy: HTTPProxy? = nil
    ) throws(EndpointError) {
        guard let parts = URLComponents(string: uri, encodingInvalidCharacters: false), let name = parts.host,
            !name.isEmpty
        else { throw EndpointError("uri", "The uri is not one: write it like ws://127.0.0.1:4000/socket/websocket.") }
        let isTLS = try Self.isTLS(parts)
        try Self.check(parts)
        host = name.hasPrefix("[") ? String(name.dropFirst().dropLast()) : name
        guard HostName.isValid(host) else {
            throw EndpointError("uri", "The uri's host must be a name in ASCII (xn-- for others), or an address.")
        }
        port = parts.port ?? (isTLS ? 443 : 80)
        let path = parts.percentEncodedPath.isEmpty ? "/" : parts.percentEncodedPath
        target = path + "?" + (try Self.query(parts, params))
        let authority = parts.port.map { "\(name):\($0)" } ?? name
        display = "\(isTLS ? "wss" : "ws")://\(authority)\(parts.percentEncodedPath)"
        self.headers = try headers.map { name, value throws(EndpointError) in
            try Self.check(name, value)
            return Header(name: name, value: value)
        }
        if let authToken, authToken.isEmpty { throw EndpointError("authToken", "The auth token is empty.") }
        self.authToken = authToken
        if isTLS, proxy != nil, !tls.disablesCertificateVerification, HostName.isNumber(host) {
            throw EndpointError(
                "proxy", "Through a proxy the certificate of an address can't be checked: name the host.")
        }
        self.proxy = proxy
        self.tls = isTLS ? tls : nil
        tlsContext = isTLS ? try TLSContext.make(for: tls) : nil
    }

    public var description: String { display }

    /// The same with these headers, but for those whose names it has already.
    package func adding(_ more: [Header]) -> Endpoint {
        var copy = self
        let names = Set(headers.map { $0.name.lowercased() })
        copy.headers += more.filter { !names.contains($0.name.lowercased()) }
        return copy
    }

    /// Whether the websocket goes over TLS.
    public var isTLS: Bool { tls != nil }

    /// Whether any certificate is taken, of any name: to be told to whoever reads the logs.
    public var disablesCertificateVerification: Bool { tls?.disablesCertificateVerification ?? false }

    /// What the upgrade offers as `Sec-WebSocket-Protocol`: nothing without an auth token, which is in the last one.
    ///
    /// A server that doesn't answer with the first one has not taken the token.
    public var subprotocols: [String] { authToken.map { [Self.subprotocol, $0.subprotocol] } ?? [] }

    /// What the `Host` header says.
    public var authority: String {
        let name = HostName.bracketed(host)
        return port == (isTLS ? 443 : 80) ? name : "\(name):\(port)"
    }

    /// Whether it is this machine's own loopback, by its name or number.
    package var isLoopback: Bool {
        if host.lowercased() == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    private static func isTLS(_ parts: URLComponents) throws(EndpointError) -> Bool {
        switch parts.scheme?.lowercased() {
        case "ws": return false
        case "wss": return true
        case .some, nil: throw EndpointError("uri", "The uri's scheme must be ws or wss.")
        }
    }

    private static func check(_ parts: URLComponents) throws(EndpointError) {
        if parts.percentEncodedUser != nil || parts.percentEncodedPassword != nil {
            throw EndpointError(
                "uri", "The uri must not have a user or password: pass credentials as params or headers.")
        }
        if parts.percentEncodedFragment != nil { throw EndpointError("uri", "The uri must not have a fragment.") }
        if let port = parts.port, !(1...65_535).contains(port) {
            throw EndpointError("uri", "The uri's port must be 1 to 65535.")
        }
    }

    private static func check(_ name: String, _ value: String) throws(EndpointError) {
        let token = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
            }
        }
        guard token, !name.isEmpty else { throw EndpointError("headers", "'\(name)' can't be a header's name.") }
        guard !ownHeaders.contains(name.lowercased()) else {
            throw EndpointError("headers", "The websocket handshake writes the header '\(name)' itself.")
        }
        guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
            throw EndpointError("headers", "The value of the header '\(name)' has a control character in it.")
        }
    }

    private static func query(_ parts: URLComponents, _ params: JSONText) throws(EndpointError) -> String {
        let members = params.slice.members()
        var pairs: [String] = []
        for (item, raw) in zip(parts.queryItems ?? [], parts.percentEncodedQueryItems ?? []) {
            if item.name == "vsn" {
                try checkVersion(item.value ?? "", "uri")
            } else if !raw.name.isEmpty, !members.contains(where: { $0.name == item.name.prefix { $0 != "[" } }) {
                pairs.append(raw.value.map { "\(raw.name)=\($0)" } ?? raw.name)
            }
        }
        for member in members {
            if member.name == "vsn" {
                try checkVersion(member.value.string ?? "", "params")
            } else {
                QueryEncoding.append(member.value, named: QueryEncoding.escape(member.name), to: &pairs)
            }
        }
        pairs.append("vsn=\(version)")
        return pairs.joined(separator: "&")
    }

    private static func checkVersion(_ version: String, _ member: String) throws(EndpointError) {
        guard version == Self.version else {
            throw EndpointError(member, "This client speaks vsn \(Self.version) only: leave vsn out.")
        }
    }
}
