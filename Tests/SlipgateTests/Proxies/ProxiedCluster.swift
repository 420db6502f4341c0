import Foundation
import TestSupport
import Testing

/// The demo server, the gateways a and b, and one proxy in front of both.
final class ProxiedCluster {
    static let nodes = ["a", "b"]

    let demo: WatchedDemo
    let proxy: Proxy
    private let gateways: [String: Slipgate]
    private let basePath: String

    init(_ kind: ProxyKind, basePath: String = "") async throws {
        demo = try WatchedDemo()
        self.basePath = basePath
        let more = basePath.isEmpty ? [] : ["--base-path", basePath]
        var gateways: [String: Slipgate] = [:]
        for node in Self.nodes {
            gateways[node] = try Slipgate(
                ["serve", "--port", "0", "--node", node, "--proxy-decides-access", "true"] + more)
        }
        self.gateways = gateways
        proxy = try await Proxy.start(
            kind, a: try #require(gateways["a"]).port(), b: try #require(gateways["b"]).port())
    }

    func gateway(_ node: String) throws -> Slipgate { try #require(gateways[node]) }

    /// A session on each node, by its URL: made by POST, as often as it takes.
    func sessions(_ client: HTTPTestClient) throws -> [String: String] {
        var urls: [String: String] = [:]
        // Each goes to any node: a hundred in a row to the same one are as good as impossible.
        for _ in 0..<100 where urls.count < Self.nodes.count {
            let made = try client.request("POST", "\(basePath)/sessions", body: try demo.spec)
            #expect(made.status == 201, "\(made.text)")
            let url = try #require(made.string("url"), "\(made.text)")
            urls[try node(of: made)] = url
        }
        #expect(urls.keys.sorted() == Self.nodes)
        return urls
    }

    /// A session with a name on each node, by its URL by name.
    func namedSessions(_ client: HTTPTestClient) throws -> [String: String] {
        var urls: [String: String] = [:]
        for number in 0..<100 where urls.count < Self.nodes.count {
            let url = "\(basePath)/sessions/worker-\(number)"
            let made = try client.request("PUT", url, body: try demo.spec)
            #expect(made.status == 201, "\(made.text)")
            urls[try node(of: made)] = url
        }
        #expect(urls.keys.sorted() == Self.nodes)
        return urls
    }

    /// The node that has made a session, by its id.
    func node(of made: HTTPTestClient.Response) throws -> String {
        String(try #require(made.string("id"), "\(made.text)").prefix { $0 != "." })
    }

    func kill(_ node: String) throws {
        let gateway = try gateway(node)
        gateway.signal(SIGKILL)
        _ = gateway.waitForExit()
    }
}
