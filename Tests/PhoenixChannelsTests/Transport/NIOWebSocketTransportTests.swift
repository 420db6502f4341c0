import DemoPhoenix
import PhoenixChannels
import TestSupport
import Testing

/// The transport against servers that are played byte by byte.
@Suite(.timeLimit(.minutes(10))) struct NIOWebSocketTransportTests {
    private let transport = NIOWebSocketTransport()
    private let delegate = StreamingDelegate()

    private func connect(
        _ port: Int, _ change: (inout ConnectionConfiguration) -> Void = { _ in }
    ) throws -> Connection {
        var configuration = ConnectionConfiguration.patient
        configuration.reconnect = nil
        // Nothing but what the test is about is sent.
        configuration.heartbeatInterval = .seconds(600)
        change(&configuration)
        let endpoint = try Endpoint(
            uri: "ws://127.0.0.1:\(port)/socket/websocket?a=b", headers: [(name: "X-Custom", value: "lab")])
        let connection = Connection(
            endpoint: endpoint, configuration: configuration, transport: transport, delegate: delegate)
        connection.open()
        return connection
    }

    private func next() async throws -> ConnectionEvent {
        var iterator = delegate.events.makeAsyncIterator()
        return try #require(await iterator.next())
    }

    /// Accepts the client's connection and reads its request.
    private func acceptRequest(_ listener: RawListener) throws -> (RawSocket, head: String) {
        let server = try RawWebSocketServer.accept(listener)
        return (server.socket, server.head)
    }

    /// Accepts the upgrade, and sends `bytes` right behind the answer.
    private func upgrade(_ listener: RawListener, followedBy bytes: [UInt8] = []) throws -> RawWebSocketServer {
        let server = try RawWebSocketServer.accept(listener)
        try server.upgrade(followedBy: bytes)
        return server
    }

    /// A websocket that is open on both sides.
    private func open(
        _ change: (inout ConnectionConfiguration) -> Void = { _ in }
    ) async throws -> (Connection, RawWebSocketServer) {
        let listener = try RawListener()
        let connection = try connect(listener.port, change)
        let server = try upgrade(listener)
        #expect(try await next() == .connected(attempt: 1))
        return (connection, server)
    }

    private func text(_ text: String, first: UInt8 = 0x81) -> [UInt8] { [first, UInt8(text.utf8.count)] + text.utf8 }

    @Test func theRequestHasTheTargetTheHostAndTheHeaders() throws {
        let listener = try RawListener()
        let connection = try connect(listener.port)
        let (_, head) = try acceptRequest(listener)
        #expect(head.hasPrefix("GET /socket/websocket?a=b&vsn=2.0.0 HTTP/1.1\r\n"))
        let lower = head.lowercased()
        #expect(lower.contains("host: 127.0.0.1:\(listener.port)\r\n"))
        #expect(lower.contains("x-custom: lab\r\n"))
        #expect(lower.contains("sec-websocket-version: 13\r\n"))
        connection.close()
    }

    @Test(arguments: [403, 429, 500, 200])
    func anotherStatusThan101IsARefusal(_ status: Int) async throws {
        let listener = try RawListener()
        let connection = try connect(listener.port)
        let (socket, _) = try acceptRequest(listener)
        try socket.send("HTTP/1.1 \(status) No\r\nContent-Length: 4\r\n\r\nnope")
        let refusal = UpgradeRefusal(
            status: status, headers: [.init(name: "Content-Length", value: "4")], body: Array("nope".utf8), now: 0)
        #expect(try await next() == .connectFailed(.refused(refusal), attempt: 1, retryIn: nil))
        _ = connection
    }

    @Test func aWrongAcceptIsAFailure() async throws {
        let listener = try RawListener()
        let connection = try connect(listener.port)
        let (socket, _) = try acceptRequest(listener)
        try socket.send(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: d3Jvbmc=\r\n\r\n")
        guard case .connectFailed = try await next() else {
            Issue.record("a wrong Sec-WebSocket-Accept was taken")
            return
        }
        _ = connection
    }

    @Test func nothingListeningIsSaidInWords() async throws {
        let nobody = try RawListener(refusing: true)
        defer { withExtendedLifetime(nobody) {} }
        let connection = try connect(nobody.port)
        #expect(
            try await next()
                == .connectFailed(
                    .failed(reason: "nothing listens at 127.0.0.1 port \(nobody.port)"), attempt: 1, retryIn: nil))
        _ = connection
    }

    @Test func aServerThatAcceptsAndIsSilentTimesOut() async throws {
        let listener = try RawListener()
        let connection = try connect(listener.port) { $0.connectTimeout = .seconds(1) }
        let socket = try listener.accept()
        #expect(try await next() == .connectFailed(.timedOut, attempt: 1, retryIn: nil))
        _ = try socket.receiveToEnd()
        _ = connection
    }

    @Test func aServerThatHangsUpIsAFailure() async throws {
        let listener = try RawListener()
        let connection = try connect(listener.port)
        _ = try acceptRequest(listener)
        guard case .connectFailed(.failed, attempt: 1, retryIn: nil) = try await next() else {
            Issue.record("a hang-up during the upgrade was not told")
            return
        }
        _ = connection
    }

    @Test func closeDuringTheUpgradeGivesUp() async throws {
        let listener = try RawListener()
        let connection = try connect(listener.port)
        let (socket, _) = try acceptRequest(listener)
        connection.close()
        #expect(try await next() == .connectFailed(.cancelled, attempt: 1, retryIn: nil))
        #expect(try socket.receiveToEnd().isEmpty)
        // The event loop counts it right after the end, which may be seen here first.
        try await until { transport.openCount == 0 }
    }

    @Test func framesRightBehindTheAnswerAreNotLost() async throws {
        let listener = try RawListener()
        let connection = try connect(listener.port)
        let server = try upgrade(listener, followedBy: [0x89, 0x02, 0x68, 0x69])
        #expect(try await next() == .connected(attempt: 1))
        let pong = try server.receiveFrame()
        #expect(pong.first == 0x8A && pong.data == [0x68, 0x69])
        connection.close()
    }

    @Test func aMessageInFragmentsAndPiecesIsOne() async throws {
        let (connection, server) = try await open()
        try connection.join("t", params: .emptyObject).perform()
        #expect(try server.receiveFrame().data == Array(#"["1","1","t","phx_join",{}]"#.utf8))
        try server.socket.send(text(#"["1","1","t","phx_reply",{"response":{},"status":"ok"}]"#))
        #expect(try await next() == .joined(topic: "t", response: .emptyObject, rejoin: nil))
        let bytes =
            text(#"["1",null"#, first: 0x01) + [0x89, 0x00] + text(#","t","e""#, first: 0x00)
            + text(",{}]", first: 0x80)
        for byte in bytes { try server.socket.send([byte]) }
        #expect(try await next() == .message(topic: "t", event: "e", payload: .emptyObject))
        connection.close()
    }

    @Test func aFrameOverTheLimitEndsTheSocket() async throws {
        let (connection, server) = try await open() { $0.maxFrameBytes = 1_000 }
        try server.socket.send([0x81, 126, 0x03, 0xE9])
        guard case .disconnected(let end, _) = try await next() else {
            Issue.record("the socket went on")
            return
        }
        #expect(end.reason.contains("over the limit"), "\(end)")
        #expect(try server.receiveFrame().data == [0x03, 0xF1])
        _ = connection
    }

    @Test func theServersCloseIsAnsweredAndTold() async throws {
        let (connection, server) = try await open()
        try server.socket.send([0x88, 0x02, 0x03, 0xF4])
        #expect(try await next() == .disconnected(Disconnection(cause: .server, code: 1012), retryIn: nil))
        let answer = try server.receiveFrame()
        #expect(answer.first == 0x88 && answer.data == [0x03, 0xF4])
        _ = connection
    }

    @Test func aNetworkEndHasNoCode() async throws {
        let listener = try RawListener()
        let connection = try connect(listener.port)
        var server: RawWebSocketServer? = try upgrade(listener)
        #expect(try await next() == .connected(attempt: 1))
        server?.socket.finish()
        server = nil
        guard case .disconnected(let end, _) = try await next() else {
            Issue.record("the end was not told")
            return
        }
        #expect(end.cause == .network && end.code == nil)
        _ = connection
    }

    @Test func closeSendsWhatWaitsThen1000() async throws {
        let (connection, server) = try await open()
        try connection.join("t", params: .emptyObject).perform()
        connection.close()
        #expect(try server.receiveFrame().data == Array(#"["1","1","t","phx_join",{}]"#.utf8))
        let close = try server.receiveFrame()
        #expect(close.first == 0x88 && close.data == [0x03, 0xE8])
        try server.socket.send([0x88, 0x02, 0x03, 0xE8])
        #expect(try await next() == .joinFailed(topic: "t", .lost(.disconnected), rejoin: nil))
        #expect(try await next() == .disconnected(Disconnection(cause: .requested, code: 1000), retryIn: nil))
        #expect(try server.socket.receiveToEnd().isEmpty)
    }

    @Test func whatASlowServerDoesNotReadIsBoundedAndNotLost() async throws {
        let (connection, server) = try await open() { $0.maxOutboxBytes = 1_000_000 }
        try connection.join("t", params: .emptyObject).perform()
        #expect(try server.receiveFrame().data == Array(#"["1","1","t","phx_join",{}]"#.utf8))
        try server.socket.send(text(#"["1","1","t","phx_reply",{"response":{},"status":"ok"}]"#))
        #expect(try await next() == .joined(topic: "t", response: .emptyObject, rejoin: nil))
        // More than the kernel's buffers of both sides hold.
        let payload = Payload.binary([UInt8](repeating: 7, count: 99_000))
        var expected = 0
        #expect(throws: CommandError.backlogged) {
            for _ in 0..<10_000 {
                let (ref, wake) = try connection.push("t", event: "e", payload: payload)
                wake.perform()
                // Kind and lengths, names, data; then the websocket's header of 8 bytes with its mask, or 14.
                let frame = 5 + 1 + "\(ref)".utf8.count + 1 + 1 + 99_000
                expected += frame + 14
            }
        }
        _ = try server.socket.receive(expected)
        _ = try connection.push("t", event: "again", payload: .emptyObject)
        connection.close()
    }

    @Test func aServerThatDoesNotAnswerACloseIsCutOff() async throws {
        let (connection, server) = try await open() { $0.closeTimeout = .milliseconds(50) }
        connection.close()
        #expect(try await next() == .disconnected(Disconnection(cause: .requested), retryIn: nil))
        _ = try server.socket.receiveToEnd()
    }

    @Test func heartbeatsGoOutAndASilentServerIsLeft() async throws {
        // Far less than a read of the server's waits.
        let (connection, server) = try await open {
            ($0.heartbeatInterval, $0.heartbeatTimeout) = (.milliseconds(30), .milliseconds(200))
        }
        #expect(try server.receiveFrame().data == Array(#"[null,"1","phoenix","heartbeat",{}]"#.utf8))
        #expect(try server.receiveFrame().data == [0x03, 0xE9])
        try server.socket.send([0x88, 0x02, 0x03, 0xE8])
        guard case .disconnected(let end, _) = try await next() else {
            Issue.record("the end was not told")
            return
        }
        #expect(end.cause == .heartbeat)
        _ = connection
    }
}
