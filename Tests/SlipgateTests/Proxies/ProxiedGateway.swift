import Foundation
import TestSupport
import Testing

/// The demo server, a gateway, and all three proxies in front of it at the same time.
final class ProxiedGateway {
    let demo: WatchedDemo
    let proxies: [Proxy]
    private(set) var gateway: Slipgate
    private let port = Proxy.freePort()
    private let arguments: [String]

    /// The gateway has these flags beside its port, and leaves it to the proxies who may call.
    init(_ arguments: String...) async throws {
        self.arguments = ["serve", "--port", "\(port)", "--proxy-decides-access", "true"] + arguments
        demo = try WatchedDemo()
        gateway = try Slipgate(self.arguments)
        proxies = try await Self.proxies(gateway: port)
    }

    static func proxies(gateway: Int) async throws -> [Proxy] {
        var proxies: [Proxy] = []
        for kind in ProxyKind.allCases { proxies.append(try await Proxy.start(kind, gateway: gateway)) }
        return proxies
    }

    /// Makes a session that has joined `rooms:lobby`: its URL.
    func session(_ client: HTTPTestClient) throws -> String {
        let created = try client.request("POST", "/sessions", body: try demo.spec)
        #expect(created.status == 201 && created["Location"] == created.string("url"), "\(created.text)")
        return try #require(created.string("url"), "\(created.text)")
    }

    func killGateway() {
        gateway.signal(SIGKILL)
        _ = gateway.waitForExit()
    }

    func restartGateway() throws {
        gateway = try Slipgate(arguments)
    }
}
