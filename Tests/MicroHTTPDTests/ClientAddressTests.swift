import HTTPCore
import HTTPTypes
import Logging
import MicroHTTPD
import TestSupport
import Testing

/// Whose request it is, as the responder sees it.
@Suite struct ClientAddressTests {
    /// Answers with the client's address, the scheme and the host.
    private struct Teller: Responder {
        func respond(to request: Request) -> Answer {
            let client = request.client
            return .now(.text("\(request.clientAddress ?? "?") \(client.scheme ?? "?") \(client.host ?? "?")"))
        }
    }

    private func answer(
        _ host: String = "127.0.0.1", trusting proxies: [String] = [], from address: String? = nil,
        headers: [String: String]
    ) async throws -> HTTPTestClient.Response {
        var configuration = ServerConfiguration()
        (configuration.port, configuration.host) = (0, host)
        configuration.settleTime = .milliseconds(20)
        configuration.trustedProxies = TrustedProxies(proxies.compactMap { TrustedProxies.Entry($0) })
        let server = try Server(configuration: configuration, responder: Teller(), logger: Logger(label: "test"))
        let answer = Result {
            try HTTPTestClient(port: Int(server.port), from: address).request("GET", "/", headers: headers)
        }
        await server.stop(grace: .zero)
        return try answer.get()
    }

    private let forwarded = [
        "X-Forwarded-For": "192.0.2.1", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "a.example",
    ]

    @Test(arguments: ["127.0.0.1", "127.0.0.2"])
    func aConnectionsOtherEndIsTheClientsAddress(_ address: String) async throws {
        let answer = try await answer(from: address, headers: forwarded)
        #expect(answer.text.hasPrefix("\(address) ? 127.0.0.1:"), "\(answer.text)")
    }

    @Test func aTrustedProxySaysWhoTheClientIs() async throws {
        let trusted = try await answer(trusting: ["127.0.0.2"], from: "127.0.0.2", headers: forwarded)
        #expect(trusted.text == "192.0.2.1 https a.example")
        let other = try await answer(trusting: ["127.0.0.2"], from: "127.0.0.3", headers: forwarded)
        #expect(other.text.hasPrefix("127.0.0.3 ? 127.0.0.1:"), "\(other.text)")
    }

    @Test func whatATrustedProxySaysAndCanNotBeReadIs400() async throws {
        let answer = try await answer(trusting: ["loopback"], headers: ["Forwarded": "for=\""])
        #expect(answer.status == 400 && answer.string("code") == "invalid-request", "\(answer.text)")
    }
}
