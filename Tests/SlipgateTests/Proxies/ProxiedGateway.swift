import Foundation
import PhoenixChannels
import TestSupport
import Testing

/// The demo server, a gateway, and all three proxies in front of it at the same time.
final class ProxiedGateway {
    let phoenix: Slipgate
    let proxies: [Proxy]
    private(set) var gateway: Slipgate
    private let sequence = FileManager.default.temporaryDirectory.appending(path: "sequence-\(UUID()).jsonl")
    private let port = Proxy.freePort()

    init() async throws {
        phoenix = try Slipgate("phoenix", "--port", "0", "--sequence", sequence.path)
        gateway = try Slipgate("serve", "--port", "\(port)")
        proxies = try await Self.proxies(gateway: port)
    }

    deinit { try? FileManager.default.removeItem(at: sequence) }

    static func proxies(gateway: Int) async throws -> [Proxy] {
        var proxies: [Proxy] = []
        for kind in ProxyKind.allCases { proxies.append(try await Proxy.start(kind, gateway: gateway)) }
        return proxies
    }

    /// Makes a session that has joined `rooms:lobby`: its URL.
    func session(_ client: HTTPTestClient) throws -> String {
        let created = try client.request(
            "POST", "/sessions",
            body: #"{"uri":"ws://127.0.0.1:\#(try phoenix.port())/socket/websocket","#
                + #""topics":[{"topic":"rooms:lobby"}]}"#)
        #expect(created.status == 201 && created["Location"] == created.string("url"), "\(created.text)")
        return try #require(created.string("url"), "\(created.text)")
    }

    /// What the demo server was pushed of an event: the numbers in the payloads, in order.
    func pushed(_ event: String) throws -> [Int] {
        try Data(contentsOf: sequence).split(separator: UInt8(ascii: "\n"))
            .compactMap { try? JSONText(validating: Array($0), limits: .lenient).slice }
            .filter { $0.member("dir")?.string == "in" && $0.member("event")?.string == event }
            .compactMap { $0.member("payload")?.member("number")?.integer }
    }

    func killGateway() {
        gateway.signal(SIGKILL)
        _ = gateway.waitForExit()
    }

    func restartGateway() throws {
        gateway = try Slipgate("serve", "--port", "\(port)")
    }
}
