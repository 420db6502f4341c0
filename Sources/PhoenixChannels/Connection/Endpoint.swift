import FoundationEssentials

/// Where a Phoenix socket is, and what is sent along when connecting to it.
public struct Endpoint: Sendable, Hashable, CustomStringConvertible {
    /// A header of the upgrade request.
    public struct Header: Sendable, Hashable {
        public let name: String
        public let value: String
    }

    /// The serializer's version that this client speaks.
    private static let version = "2.0.0"
    /// What the websocket handshake writes itself.
    private static let ownHeaders: Set<String> = [
        "connection", "content-length", "expect", "host", "http2-settings", "keep-alive", "proxy-connection",
        "sec-websocket-accept", "sec-websocket-extensions", "sec-websocket-key", "sec-websocket-protocol",
        "sec-websocket-version", "te", "trailer", "transfer-encoding", "upgrade",
    ]

    public let host: String
    public let port: Int
    /// Path and query as they stand in the request line.
    package let target: String
    package let headers: [Header]
    /// The uri without its query, which may hold secrets.
    public let display: String

    /// Takes an address as it is: nothing is appended to its path.
    ///
    /// `params` are merged into the query, nested ones as Plug decodes them, in place of those of the same name; `vsn` is
    /// added.
    public init(
        uri: String, params: JSONText = .emptyObject, headers: [(name: String, value: String)] = []
    ) throws(EndpointError) {
        guard let parts = URLComponents(string: uri, encodingInvalidCharacters: false), let host = parts.host,
            !host.isEmpty
        else { throw EndpointError("uri", "The uri is not one: write it like ws://127.0.0.1:4000/socket/websocket.") }
        try Self.check(parts)
        self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        port = parts.port ?? 80
        let path = parts.percentEncodedPath.isEmpty ? "/" : parts.percentEncodedPath
        target = path + "?" + (try Self.query(parts, params))
        let authority = parts.port.map { "\(host):\($0)" } ?? host
        display = "ws://\(authority)\(parts.percentEncodedPath)"
        self.headers = try headers.map { name, value throws(EndpointError) in
            try Self.check(name, value)
            return Header(name: name, value: value)
        }
    }

    public var description: String { display }

    /// What the `Host` header says.
    package var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == 80 ? name : "\(name):\(port)"
    }

    /// Whether it is this machine's own loopback, by its name or number.
    package var isLoopback: Bool {
        if host.lowercased() == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    private static func check(_ parts: URLComponents) throws(EndpointError) {
        switch parts.scheme?.lowercased() {
        case "ws": break
        case "wss":
            throw EndpointError("uri", "This client can't speak TLS to the upstream yet: use a ws:// uri.")
        case .some, nil:
            throw EndpointError("uri", "The uri's scheme must be ws.")
        }
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
