import DemoPhoenix
import PhoenixChannels
import TestSupport
import Testing

/// The recordings of handshakes, made by the client over a socket with the demo server, which answers as recorded.
@Suite(.timeLimit(.minutes(10))) struct HandshakeReplayTests {
    static let recordings = [
        "connect_error_tuple_429", "connect_raises", "connect_refused_bad_token", "connect_secure",
        "connect_secure_auth_token_subprotocol", "connect_wrong_path",
    ]

    @Test(arguments: recordings)
    func theClientIsTakenOrToldTheRecordedRefusal(_ name: String) async throws {
        let server = try await DemoServer.start(port: 0)
        do {
            try await follow(try Transcript.named(name), server.port)
        } catch {
            Issue.record("\(name): \(error)")
        }
        await server.shutdown()
    }

    private func follow(_ transcript: Transcript, _ port: Int) async throws {
        let bySubprotocol = transcript.name.hasSuffix("subprotocol")
        var socket: PhoenixSocket?
        var count = 0
        for row in transcript.rows {
            switch row.direction {
            case .http:
                let path = try #require(row.raw.member("path")?.string)
                let token = bySubprotocol ? AuthToken("wrong") : nil
                try await expectRefusal(
                    row, Endpoint(uri: "ws://127.0.0.1:\(port)\(path)", authToken: token))
            case .open:
                let uri = try #require(row.url).replacing("127.0.0.1:4000", with: "127.0.0.1:\(port)")
                let token = bySubprotocol ? AuthToken("secret") : nil
                socket = try await PhoenixSocket.connect(to: Endpoint(uri: uri, authToken: token))
            case .send:
                let message = try V2Serializer.decode(try #require(row.frame), by: .client)
                #expect(message.event == "phx_join")
                #expect(try await #require(socket).join(message.topic).joinResponse == .emptyObject)
            case .close:
                await socket?.disconnect()
                #expect(try await #require(socket).closed.code == row.code.flatMap { UInt16(exactly: $0) })
            case .recv, .note: continue
            }
            count += 1
        }
        #expect(count > 0)
    }

    private func expectRefusal(_ row: TranscriptRow, _ endpoint: Endpoint) async throws {
        var configuration = ConnectionConfiguration()
        configuration.reconnect = nil
        let failure = await #expect(throws: ChannelsError.self) {
            try await PhoenixSocket.connect(to: endpoint, configuration: configuration)
        }
        guard case .connect(.refused(let refusal)) = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(refusal.status == row.status)
        #expect(String(decoding: refusal.body, as: UTF8.self) == row.raw.member("body")?.string)
    }

    /// The server takes some of these: 2.0.9, and 1.0.0, whose serializer this client doesn't speak.
    @Test func everyVersionButItsOwnIsRefusedBeforeAnythingIsSent() throws {
        var count = 0
        for row in try Transcript.named("connect_vsn_variants").rows where [.http, .open].contains(row.direction) {
            let version = try #require(row.conn?.dropFirst("vsn=".count))
            let words = "This client speaks vsn 2.0.0 only: leave vsn out."
            for (uri, params, member) in [
                ("?vsn=\(version)", "{}", "uri"), ("", #"{"vsn":"\#(version)"}"#, "params"),
            ] {
                let error = #expect(throws: EndpointError.self) {
                    try Endpoint(uri: "ws://127.0.0.1:4000/socket/websocket\(uri)", params: JSONText(params))
                }
                #expect(error?.member == member && error?.description == words)
            }
            count += 1
        }
        #expect(count == 8)
        _ = try Endpoint(uri: "ws://127.0.0.1:4000/socket/websocket?vsn=2.0.0")
    }

    /// A server that speaks V1 all the same.
    @Test func aFrameOfSerializerV1EndsTheConnectionInAClearError() throws {
        for row in try Transcript.named("connect_missing_vsn_v1").rows where row.direction == .recv {
            let frame = try #require(row.frame)
            #expect(throws: WireError.notAnArray) { try V2Serializer.decode(frame, by: .server) }
            let transport = ScriptedTransport()
            let delegate = RecordingDelegate()
            var configuration = ConnectionConfiguration()
            configuration.reconnect = nil
            let connection = Connection(
                endpoint: try Endpoint(uri: "ws://127.0.0.1:4000/"), configuration: configuration,
                transport: transport, delegate: delegate)
            connection.open()
            transport.links[0].accept()
            transport.links[0].handler.transportReceived([frame])
            #expect(transport.links[0].closeCodes == [1002])
            transport.links[0].handler.transportClosed(code: 1002, reason: "")
            let end = Disconnection(
                cause: .server, code: 1002, reason: "the server sent a frame that is not a V2 message")
            #expect(delegate.take() == [.connected(attempt: 1), .disconnected(end, retryIn: nil)])
        }
    }
}
