import Gateway
import HTTPCore
import HTTPTypes
import TestSupport
import Testing

/// The host and scheme that a trusted proxy tells are those that a browser's request must come from.
@Suite struct ForwardedHostTests {
    private let harness = GatewayHarness()

    private func status(
        host: String, scheme: String?, origin: String?, connection: String = "127.0.0.1:8080"
    ) throws -> Int {
        try status(host, scheme, origin, connection, harness.gateway)
    }

    private func status(
        _ host: String, _ scheme: String?, _ origin: String?, _ connection: String, _ responder: any Responder
    ) throws -> Int {
        var headers: HTTPFields = [.testHost: connection]
        headers[.origin] = origin
        var client = ClientOrigin(headers)
        (client.host, client.scheme) = (host, scheme)
        let request = Request(
            id: "r", method: .get, target: try RequestTarget(Array("/livez".utf8)), headers: headers, client: client)
        guard case .now(let response) = responder.respond(to: request) else { return 0 }
        return response.status.code
    }

    @Test func theHostThatTheClientUsedCounts() throws {
        #expect(try status(host: "evil.example", scheme: "https", origin: nil) == 421)
        #expect(try status(host: "localhost", scheme: "https", origin: nil) == 200)
    }

    /// A page whose name was made to lead here can send the proxies' fields itself.
    @Test func aForeignHostOfTheConnectionIsRefusedWhateverIsSaidOfIt() throws {
        #expect(try status(host: "localhost", scheme: "http", origin: nil, connection: "evil.example") == 421)
    }

    /// With tokens any host is taken, and a proxy that says nothing may speak TLS.
    @Test func anOriginIsOwnByTheSchemeThatAProxyHasSaidAndByEitherWhereNoneHas() throws {
        let gateway = GatewayHarness(authenticator: FakeAuthenticator()).gateway
        for (host, scheme, origin, isOwn) in [
            ("h.example", "http", "https://h.example", false), ("h.example", "https", "http://h.example", false),
            ("h.example:443", "https", "https://h.example", true), ("h.example:80", "http", "http://h.example", true),
            ("h.example:8443", "https", "https://h.example:8443", true), ("h.example", nil, "https://h.example", true),
            ("h.example:443", nil, "https://h.example", true), ("h.example", nil, "http://h.example", true),
            ("h.example:443", "http", "http://h.example", false), ("[::1]:443", "https", "https://[::1]", true),
        ] as [(String, String?, String, Bool)] {
            #expect(
                try (status(host, scheme, origin, host, gateway) == 200) == isOwn, "\(host) \(scheme ?? "") \(origin)")
        }
        #expect(try status(host: "localhost:80", scheme: nil, origin: "http://localhost") == 200)
        #expect(try status(host: "localhost", scheme: nil, origin: "https://localhost") == 403)
    }

    @Test func anOriginIsItsOwnWithTheSchemeThatTheClientUsed() throws {
        #expect(try status(host: "localhost", scheme: "https", origin: "https://localhost") == 200)
        #expect(try status(host: "localhost", scheme: "https", origin: "http://localhost") == 403)
        #expect(try status(host: "localhost", scheme: "http", origin: "http://127.0.0.1:8080") == 403)
    }
}
