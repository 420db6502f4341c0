import HTTPCore

/// What the paths of a gateway begin with that shares its host with others: `/slipgate`, or `/` for nothing.
package struct BasePath: Sendable, Equatable {
    package static let root = BasePath(segments: [])

    /// Longer than anybody's; it is in every answer's URLs.
    private static let maxBytes = 255
    /// What probes and scrapes ask for at the gateway itself, past the proxy: found with the base path and without.
    private static let probes: Set<[String]> = [["livez"], ["readyz"], ["metrics"]]

    private let segments: [String]

    private init(segments: [String]) {
        self.segments = segments
    }

    /// Reads `/`, or `/a/b` of RFC 3986's unreserved characters; nil for anything else.
    package init?(_ text: String) {
        guard text != "/" else {
            self = .root
            return
        }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count > 1, parts[0].isEmpty, text.utf8.count <= Self.maxBytes,
            parts.dropFirst().allSatisfy(Self.isSegment)
        else { return nil }
        segments = Array(parts.dropFirst())
    }

    /// As it is written in the configuration.
    package var text: String { segments.isEmpty ? "/" : prefix }

    /// What is put ahead of a path; empty for nothing.
    package var prefix: String { segments.map { "/\($0)" }.joined() }

    /// The request for the list of all paths.
    var listing: String { "GET \(prefix)/openapi.yaml" }

    /// The request as if its path had begun behind the base path.
    ///
    /// A trusted proxy that has taken off just this path says so in `X-Forwarded-Prefix`.
    ///
    /// - Throws: the problem of a path that doesn't begin so.
    func inside(_ request: Request) throws(Problem) -> Request {
        let path = request.target.segments
        guard !segments.isEmpty, request.client.strippedPrefix != prefix, !Self.probes.contains(path) else {
            return request
        }
        guard path.starts(with: segments) else {
            throw .notFound("This gateway's paths begin with \(prefix): \(listing) lists them.")
        }
        var request = request
        request.target = request.target.dropping(segments.count)
        return request
    }

    private static func isSegment(_ text: String) -> Bool {
        // Clients and proxies take dots for what they mean to a file system.
        !["", ".", ".."].contains(text)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                    UInt8(ascii: "~"):
                    true
                default: false
                }
            }
    }
}
