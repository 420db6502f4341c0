package import HTTPTypes

/// Where a request comes from and what its client asked for: by the connection, or by the proxies that are trusted.
package struct ClientOrigin: Sendable, Equatable {
    private var node: ForwardedNode?
    /// `http` or `https`; nil where no proxy has said it.
    package var scheme: String?
    /// The name and port that the client used.
    package var host: String?
    /// What a proxy has taken off the target's beginning.
    package var strippedPrefix: String?

    /// The client's address, or the word a proxy hides it with; nil in process.
    package var address: String? { node?.text }

    /// By the connection and the fields: nothing that they say of other hops counts.
    package init(_ headers: HTTPFields, peer: IPAddress? = nil) {
        node = peer.map { ForwardedNode($0) }
        host = headers.value(of: .host)
    }

    /// Takes what `Forwarded` and `X-Forwarded-*` say when the connection is a trusted proxy's.
    ///
    /// Each proxy adds who its own client was, so the addresses are read from the right: the first that is no trusted
    /// proxy's is the client's, and what stands left of it is hearsay.
    ///
    /// - Throws: the problem of fields that can't be read, and of two that differ: a proxy that sets one kind may pass on
    ///   what its client says in the other.
    package init(_ headers: HTTPFields, peer: IPAddress?, trusted: TrustedProxies) throws(Problem) {
        self.init(headers, peer: peer)
        guard let peer, trusted.contains(peer) else { return }
        let standard = try Hop(forwarded: headers, trusted)
        let customary = Hop(xForwarded: headers, trusted)
        node = try Self.agreed(standard.client, customary.client, "for") ?? node
        scheme = try Self.said(standard, customary, \.scheme, "proto") ?? scheme
        host = try Self.said(standard, customary, \.host, "host") ?? host
        strippedPrefix = headers[values: .forwardedPrefix].last
    }

    /// What the fields say that also say who the client is; where both do, what both say.
    ///
    /// A proxy that sets the one kind, and passes the other on, has not said what stands only there.
    private static func said(
        _ standard: Hop, _ customary: Hop, _ value: KeyPath<Hop, String?>, _ name: String
    ) throws(Problem) -> String? {
        switch (standard.client, customary.client) {
        case (nil, nil): return try agreed(standard[keyPath: value], customary[keyPath: value], name)
        case (nil, .some): return customary[keyPath: value]
        case (.some, nil): return standard[keyPath: value]
        case (.some, .some):
            let agreed = try agreed(standard[keyPath: value], customary[keyPath: value], name)
            return standard[keyPath: value] == customary[keyPath: value] ? agreed : nil
        }
    }

    private static func agreed<Value: Equatable>(
        _ standard: Value?, _ customary: Value?, _ name: String
    ) throws(Problem) -> Value? {
        guard let standard, let customary, standard != customary else { return standard ?? customary }
        throw .forwarding(
            "'\(name)' of Forwarded and its X-Forwarded field differ: have the proxy set one of them and drop the other."
        )
    }

    /// What the outermost of the trusted proxies says of its client.
    private struct Hop {
        var client: ForwardedNode?
        var scheme: String?
        var host: String?

        init(forwarded headers: HTTPFields, _ trusted: TrustedProxies) throws(Problem) {
            var elements: [ForwardedElement] = []
            for line in headers[values: .forwarded] {
                guard let more = ForwardedElement.list(line) else {
                    throw .forwarding(
                        "The field Forwarded can't be read (RFC 7239): have the proxy drop what clients send.")
                }
                elements += more
            }
            guard let (index, client) = Self.client(elements.map(\.node), trusted) else { return }
            self.client = client
            scheme = Self.scheme(elements[index].scheme)
            host = elements[index].host
        }

        init(xForwarded headers: HTTPFields, _ trusted: TrustedProxies) {
            let nodes = Self.list(headers, .forwardedFor)
            let place = Self.client(nodes, trusted)
            client = place?.client
            // Where each proxy adds to these, too, the one beside the client's address is meant; else the nearest has set
            // it.
            func value(_ name: HTTPField.Name) -> String? {
                let values = Self.list(headers, name)
                guard let place, values.count == nodes.count else { return values.last }
                return values[place.index]
            }
            scheme = Self.scheme(value(.forwardedProto))
            host = value(.forwardedHost)
        }

        /// Who the client is, and where it stands; nil when nobody says.
        private static func client(_ nodes: [String?], _ trusted: TrustedProxies) -> (
            index: Int, client: ForwardedNode?
        )? {
            for (index, text) in nodes.enumerated().reversed() {
                let node = text.map { ForwardedNode($0) }
                guard index > 0, let address = node?.address, trusted.contains(address) else {
                    return (index, node)
                }
            }
            return nil
        }

        private static func scheme(_ text: String?) -> String? {
            text.map { $0.lowercased() }.flatMap { ["http", "https"].contains($0) ? $0 : nil }
        }

        private static func list(_ headers: HTTPFields, _ name: HTTPField.Name) -> [String] {
            headers[values: name].flatMap { $0.split(separator: ",") }.map(trimmed).filter { !$0.isEmpty }
        }

        private static func trimmed(_ text: Substring) -> String {
            let isBlank = { (byte: Character) in byte == " " || byte == "\t" }
            var text = text.drop(while: isBlank)
            while let last = text.last, isBlank(last) { text.removeLast() }
            return String(text)
        }
    }
}

extension Problem {
    fileprivate static func forwarding(_ detail: String) -> Problem {
        Problem(
            "invalid-request", .badRequest, title: "The proxy's fields are not valid",
            detail: "\(detail) Nothing was done."
        )
    }
}
