import Gateway
import HTTPCore
import HTTPTypes
import TestSupport
import Testing

/// The host and scheme that a trusted proxy tells are those that a browser's request must come from.
@Suite struct ForwardedHostTests {
    private let harness = GatewayHarness()

    private func status(
        host: String, scheme: String, origin: String?, connection: String = "127.0.0.1:8080"
    ) throws -> Int {
        var headers: HTTPFields = [.testHost: connection]
        headers[.origin] = origin
        var client = ClientOrigin(headers)
        (client.host, client.scheme) = (host, scheme)
        let request = Request(
            id: "r", method: .get, target: try RequestTarget(Array("/livez".utf8)), headers: headers, client: client)
        guard case .now(let response) = harness.gateway.respond(to: request) else { return 0 }
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

    @Test func anOriginIsItsOwnWithTheSchemeThatTheClientUsed() throws {
        #expect(try status(host: "localhost", scheme: "https", origin: "https://localhost") == 200)
        #expect(try status(host: "localhost", scheme: "https", origin: "http://localhost") == 403)
        #expect(try status(host: "localhost", scheme: "http", origin: "http://127.0.0.1:8080") == 403)
    }
}
