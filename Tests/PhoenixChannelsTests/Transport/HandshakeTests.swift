import PhoenixChannels
import TestSupport
import Testing

/// The upgrade: RFC 6455 section 4.1, the auth token, and what is told of a refusal.
@Suite(.timeLimit(.minutes(10))) struct HandshakeTests {
    private let handler = RecordingTransportHandler()
    private let transport = NIOWebSocketTransport()

    private func connect(
        _ listener: RawListener, authToken: AuthToken? = nil, headers: [(name: String, value: String)] = [],
        timeout: Duration = .seconds(30)
    ) throws -> any TransportLink {
        var configuration = ConnectionConfiguration()
        configuration.connectTimeout = timeout
        let endpoint = try Endpoint(
            uri: "ws://127.0.0.1:\(listener.port)/socket/websocket", headers: headers, authToken: authToken)
        return transport.open(endpoint, configuration, handler: handler)
    }

    // MARK: Row 28: custom upgrade headers

    @Test func row28CustomHeadersAreSentInTheirOrder() throws {
        let listener = try RawListener()
        let headers = [("X-A", "1"), ("User-Agent", "lab"), ("X-A", "2")].map { (name: $0.0, value: $0.1) }
        _ = try connect(listener, headers: headers)
        let head = try RawWebSocketServer.accept(listener).head
        #expect(head.contains("X-A: 1\r\nUser-Agent: lab\r\nX-A: 2\r\n"))
    }

    // MARK: Row 29: the auth token by subprotocol

    @Test func row29TheAuthTokenIsStandardBase64WithoutPaddingInASubprotocol() async throws {
        for (token, base64) in [
            (AuthToken("secret"), "c2VjcmV0"), (AuthToken("a"), "YQ"), (AuthToken(bytes: [0xFB, 0xFF, 0xFE]), "+//+"),
        ] {
            let listener = try RawListener()
            let handler = RecordingTransportHandler()
            _ = transport.open(
                try Endpoint(uri: "ws://127.0.0.1:\(listener.port)/", authToken: token), .patient, handler: handler)
            let server = try RawWebSocketServer.accept(listener)
            #expect(server.header("sec-websocket-protocol") == "phoenix, base64url.bearer.phx.\(base64)")
            #expect(!server.head.contains("token="))
            try server.upgrade(headers: [(name: "sec-websocket-protocol", value: "phoenix")])
            #expect(try await handler.next() == .opened)
        }
    }

    @Test func row29AServerThatDoesNotTakeTheAuthTokenIsLeft() async throws {
        let listener = try RawListener()
        _ = try connect(listener, authToken: AuthToken("secret"))
        let server = try RawWebSocketServer.accept(listener)
        try server.upgrade()
        #expect(try await handler.nextFailure() == .tokenNotTaken)
        #expect(try server.socket.receiveToEnd().isEmpty)
    }

    @Test(arguments: ["other", "phoenix, other", "base64url.bearer.phx.c2VjcmV0", "PHOENIX"])
    func row29AServerThatChoosesAnotherSubprotocolIsLeft(_ chosen: String) async throws {
        let listener = try RawListener()
        _ = try connect(listener, authToken: AuthToken("secret"))
        try RawWebSocketServer.accept(listener).upgrade(headers: [(name: "Sec-WebSocket-Protocol", value: chosen)])
        let error = try await handler.nextFailure()
        #expect(error == .failed(reason: "the upstream did not choose the websocket subprotocol 'phoenix'"))
        #expect(!"\(error)".contains("c2VjcmV0"))
    }

    @Test func withoutATokenNoSubprotocolIsOfferedOrTaken() async throws {
        let listener = try RawListener()
        _ = try connect(listener)
        let server = try RawWebSocketServer.accept(listener)
        #expect(server.header("sec-websocket-protocol") == nil)
        #expect(server.header("sec-websocket-extensions") == nil)
        try server.upgrade(headers: [(name: "Sec-WebSocket-Protocol", value: "phoenix")])
        #expect(
            try await handler.nextFailure()
                == .failed(reason: "the upstream chose a websocket subprotocol that was not offered"))
    }

    // MARK: What a 101 must have

    @Test func anExtensionThatWasNotOfferedIsRefused() async throws {
        let listener = try RawListener()
        _ = try connect(listener)
        try RawWebSocketServer.accept(listener).upgrade(
            headers: [(name: "Sec-WebSocket-Extensions", value: "permessage-deflate")])
        #expect(
            try await handler.nextFailure()
                == .failed(reason: "the upstream chose a websocket extension that was not offered"))
    }

    @Test func a101WithoutConnectionUpgradeIsRefused() async throws {
        let listener = try RawListener()
        _ = try connect(listener)
        try RawWebSocketServer.accept(listener).upgrade(connection: "keep-alive")
        #expect(
            try await handler.nextFailure() == .failed(reason: "the upstream's 101 has no 'Connection: Upgrade'"))
    }

    @Test(arguments: ["Sec-WebSocket-Accept: d3Jvbmc=\r\n", "", "Sec-WebSocket-Accept: \r\n"])
    func anAcceptThatDoesNotAnswerTheKeyIsRefused(_ accept: String) async throws {
        let listener = try RawListener()
        _ = try connect(listener)
        let server = try RawWebSocketServer.accept(listener)
        try server.socket.send(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\(accept)\r\n")
        #expect(
            try await handler.nextFailure()
                == .failed(reason: "the upstream's Sec-WebSocket-Accept does not answer the request's key"))
    }

    @Test func eachAttemptHasAKeyOfItsOwn() throws {
        let keys = try (0..<3).map { _ in
            let listener = try RawListener()
            _ = try connect(listener)
            return try #require(try RawWebSocketServer.accept(listener).header("sec-websocket-key"))
        }
        #expect(Set(keys).count == 3)
        #expect(keys.allSatisfy { $0.count == 24 && $0.hasSuffix("==") })
    }

    @Test func nothingIsWrittenBeforeThe101HasBeenRead() async throws {
        let listener = try RawListener()
        let link = try connect(listener)
        handler.enqueue(.text(Array("[]".utf8)))
        let server = try RawWebSocketServer.accept(listener)
        let key = try #require(server.header("sec-websocket-key"))
        let answer = Array(
            ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: \(WebSocketAccept.value(for: key))\r\n\r\n").utf8)
        for byte in answer.dropLast() {
            try server.socket.send([byte])
            link.wake()
        }
        #expect(!server.socket.isReadable)
        try server.socket.send(Array(answer.suffix(1)))
        #expect(try await handler.next() == .opened)
        link.wake()
        #expect(try server.receiveFrame().data == Array("[]".utf8))
    }

    // MARK: Row 9 and lesson 13: a refusal's status, headers and body are told

    @Test func row9ARefusalHasItsStatusHeadersBodyAndRetryAfter() async throws {
        let listener = try RawListener()
        _ = try connect(listener)
        let server = try RawWebSocketServer.accept(listener)
        try server.socket.send(
            "HTTP/1.1 429 Slow Down\r\nRetry-After: 7\r\nX-Why: lab\r\nContent-Length: 4\r\n\r\nnope")
        guard case .refused(let refusal) = try await handler.nextFailure() else {
            Issue.record("not a refusal")
            return
        }
        #expect(refusal.status == 429 && refusal.body == Array("nope".utf8) && refusal.retryAfter == .seconds(7))
        #expect(refusal.headers.map(\.name) == ["Retry-After", "X-Why", "Content-Length"])
        #expect(try server.socket.receiveToEnd().isEmpty)
    }

    @Test func lesson13ABodyWithoutEndIsToldOnceItsStartHasCome() async throws {
        let listener = try RawListener()
        _ = try connect(listener)
        let server = try RawWebSocketServer.accept(listener)
        try server.socket.send("HTTP/1.1 503 No\r\n\r\n" + String(repeating: "n", count: 2_000))
        guard case .refused(let refusal) = try await handler.nextFailure() else {
            Issue.record("not a refusal")
            return
        }
        #expect(refusal.status == 503 && refusal.body == [UInt8](repeating: UInt8(ascii: "n"), count: 1024))
    }

    @Test func lesson13ARefusalWhoseBodyStallsIsToldAtTheDeadline() async throws {
        let listener = try RawListener()
        _ = try connect(listener, timeout: .seconds(10))
        let server = try RawWebSocketServer.accept(listener)
        try server.socket.send("HTTP/1.1 403 No\r\nContent-Length: 10\r\n\r\nno")
        guard case .refused(let refusal) = try await handler.nextFailure() else {
            Issue.record("not a refusal")
            return
        }
        #expect(refusal.status == 403 && refusal.body == Array("no".utf8))
    }

    // MARK: Row 10 and lesson 1: one deadline over all of it

    @Test func row10AnAnswerThatTricklesDoesNotMoveTheDeadline() async throws {
        let listener = try RawListener()
        _ = try connect(listener, timeout: .seconds(1))
        let server = try RawWebSocketServer.accept(listener)
        try server.socket.send("HTTP/1.1 101 Switching Protocols\r\nX-Slow: ")
        // The client hangs up while bytes still come, one each 5 ms: as fast as that they stay within a head's bounds.
        var last = ContinuousClock.now
        while !server.socket.isReadable {
            if last.duration(to: .now) > .milliseconds(5) {
                last = .now
                guard (try? server.socket.send("a")) != nil else { break }
            }
            await Task.yield()
        }
        #expect(try await handler.nextFailure() == .timedOut)
    }

    @Test func lesson1AConnectionThatIsNeverAcceptedTimesOut() async throws {
        let listener = try RawListener(backlog: 0)
        // One fills the queue; what comes behind it gets no answer from the kernel.
        let first = try RawSocket(port: listener.port)
        defer { withExtendedLifetime(first) {} }
        _ = try connect(listener, timeout: .seconds(1))
        #expect(try await handler.nextFailure() == .timedOut)
        // The event loop counts it right after the end, which may be seen here first.
        try await until { transport.openCount == 0 }
    }
}
