import PhoenixChannels
import TestSupport
import Testing

/// Row 33: an HTTP proxy's tunnel, byte by byte, and the peer's own proxy in front of its servers.
@Suite(.timeLimit(.minutes(10))) struct ProxyTests {
    private let handler = RecordingTransportHandler()

    private func connect(
        _ listener: RawListener, uri: String = "ws://upstream.example/socket/websocket", user: String? = nil,
        timeout: Duration = .seconds(30)
    ) throws {
        var configuration = ConnectionConfiguration()
        configuration.connectTimeout = timeout
        let proxy = try HTTPProxy(host: "127.0.0.1", port: listener.port, user: user, password: "secret")
        _ = NIOWebSocketTransport().open(try Endpoint(uri: uri, proxy: proxy), configuration, handler: handler)
    }

    @Test func row33TheTunnelIsAskedForAndTheUpgradeGoesThroughIt() async throws {
        let listener = try RawListener()
        try connect(listener)
        let proxy = try RawWebSocketServer.accept(listener)
        #expect(proxy.head == "CONNECT upstream.example:80 HTTP/1.1\r\nHost: upstream.example:80\r\n\r\n")
        #expect(!proxy.socket.isReadable)
        try proxy.socket.send("HTTP/1.1 200 Connection established\r\nX-Proxy: lab\r\n\r\n")
        let head = String(decoding: try proxy.socket.receiveHead(), as: UTF8.self)
        #expect(head.hasPrefix("GET /socket/websocket?vsn=2.0.0 HTTP/1.1\r\nHost: upstream.example\r\n"))
        try RawWebSocketServer(socket: proxy.socket, head: head).upgrade(followedBy: [0x81, 0x02, 0x68, 0x69])
        #expect(try await handler.next() == .opened)
        #expect(try await handler.next() == .received(.text(Array("hi".utf8))))
    }

    @Test(arguments: [
        ("ws://[::1]:4000/", "CONNECT [::1]:4000 HTTP/1.1\r\nHost: [::1]:4000\r\n"),
        ("wss://upstream.example/", "CONNECT upstream.example:443 HTTP/1.1\r\nHost: upstream.example:443\r\n"),
    ])
    func row33TheTunnelIsForTheUrisHostAndPort(_ uri: String, _ head: String) throws {
        let listener = try RawListener()
        try connect(listener, uri: uri)
        #expect(try RawWebSocketServer.accept(listener).head.hasPrefix(head))
    }

    @Test func row33CredentialsAreBasicAndGoToTheProxyAlone() throws {
        let listener = try RawListener()
        try connect(listener, user: "me")
        let proxy = try RawWebSocketServer.accept(listener)
        #expect(proxy.header("proxy-authorization") == "Basic bWU6c2VjcmV0")
        try proxy.socket.send("HTTP/1.1 204 No Content\r\n\r\n")
        let request = String(decoding: try proxy.socket.receiveHead(), as: UTF8.self)
        #expect(request.hasPrefix("GET ") && !request.lowercased().contains("proxy-authorization"))
    }

    @Test(arguments: [407, 403, 502, 302]) func row33AProxysRefusalHasItsStatus(_ status: Int) async throws {
        let listener = try RawListener()
        try connect(listener, user: "me")
        let proxy = try RawWebSocketServer.accept(listener)
        try proxy.socket.send("HTTP/1.1 \(status) No\r\nContent-Length: 4\r\n\r\nnope")
        let error = try await handler.nextFailure()
        #expect(error == .proxyRefused(status: status))
        #expect(!"\(error)".contains("secret"))
        #expect(try proxy.socket.receiveToEnd().isEmpty)
    }

    @Test(arguments: ["nonsense\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\nunasked"])
    func anAnswerThatIsNoneIsAFailure(_ answer: String) async throws {
        let listener = try RawListener()
        try connect(listener)
        try RawWebSocketServer.accept(listener).socket.send(answer)
        guard case .failed(let reason) = try await handler.nextFailure() else {
            Issue.record("not a failure")
            return
        }
        #expect(!reason.isEmpty)
    }

    @Test func aProxyThatHangsUpIsAFailure() async throws {
        let listener = try RawListener()
        try connect(listener)
        try RawWebSocketServer.accept(listener).socket.finish()
        #expect(
            try await handler.nextFailure()
                == .failed(
                    reason: "the proxy 127.0.0.1 port \(listener.port) did not open a tunnel to the upstream"))
    }

    @Test func aProxyThatIsNotThereIsNamed() async throws {
        let nobody = try RawListener(refusing: true)
        try connect(nobody)
        #expect(
            try await handler.nextFailure()
                == .failed(reason: "nothing listens at the proxy 127.0.0.1 port \(nobody.port)"))
    }

    @Test func lesson1AProxyThatIsSilentTimesOut() async throws {
        let listener = try RawListener()
        try connect(listener, timeout: .seconds(1))
        let proxy = try RawWebSocketServer.accept(listener)
        #expect(try await handler.nextFailure() == .timedOut)
        #expect(try proxy.socket.receiveToEnd().isEmpty)
    }

    @Test func lesson1AnUpstreamThatIsSilentBehindTheProxyTimesOut() async throws {
        let listener = try RawListener()
        try connect(listener, timeout: .seconds(10))
        let proxy = try RawWebSocketServer.accept(listener)
        try proxy.socket.send("HTTP/1.1 200 OK\r\n\r\n")
        _ = try proxy.socket.receiveHead()
        #expect(try await handler.nextFailure() == .timedOut)
    }

    @Test(arguments: [false, true]) func row33ThePeerIsReachedThroughItsProxy(_ isTLS: Bool) async throws {
        let peer = try PythonPeer.shared
        let tls = try TLSOptions(trustedRootsFile: peer.file("ca.pem"))
        for (server, user) in [(PythonPeer.Server.proxy, nil), (.proxyWithPassword, "me")] {
            let proxy = try HTTPProxy(
                host: "127.0.0.1", port: peer.port(server), user: user, password: user == nil ? "" : "secret")
            try await PeerSocket.connect(isTLS ? .tls : .plain, isTLS: isTLS, tls: tls, proxy: proxy).join()
        }
        let refusing = try HTTPProxy(host: "127.0.0.1", port: peer.port(.proxyWithPassword))
        #expect(
            try await PeerSocket.connect(.plain, proxy: refusing).handler.nextFailure() == .proxyRefused(status: 407))
    }
}
