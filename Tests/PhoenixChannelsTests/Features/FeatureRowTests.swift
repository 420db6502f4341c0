import DemoPhoenix
import PhoenixChannels
import TestSupport
import Testing

/// Rows of the table in the article `Features` that no other suite is about.
@Suite(.timeLimit(.minutes(10))) struct FeatureRowTests {
    private func withLobby(_ body: (PhoenixChannel) async throws -> Void) async throws {
        let server = try await DemoServer.start(port: 0)
        do {
            let socket = try await PhoenixSocket.connect(
                to: Endpoint(uri: "ws://127.0.0.1:\(server.port)/socket/websocket"))
            try await body(try await socket.join("rooms:lobby"))
            await socket.disconnect()
        } catch {
            await server.shutdown()
            throw error
        }
        await server.shutdown()
    }

    @Test func row23AMessageOfAPatternIsWaitedForAndTheLaterOnesStay() async throws {
        struct Foo: Decodable { let bar: String }
        try await withLobby { lobby in
            try lobby.send("burst", .encoding(["n": 2, "size": 1]))
            try lobby.send("push to me")
            _ = try await lobby.push("push then reply")
            let foo = try await lobby.messages.first { message in
                message.event == "foo" && (try? message.payload.decode(as: Foo.self))?.bar == "baz"
            }
            #expect(foo?.event == "foo")
            #expect(try await lobby.messages.first { _ in true }?.event == "before")
        }
    }

    @Test func row27TheRoundTripOfAHeartbeatIsTold() async throws {
        let transport = ScriptedTransport()
        let endpoint = try Endpoint(uri: "ws://127.0.0.1:4000/")
        let socket = try await connect(transport) { endpoint }
        #expect(socket.roundTripTime == nil)
        transport.advance(.seconds(25))
        transport.advance(.milliseconds(30))
        transport.links[0].receive(#"[null,"1","phoenix","phx_reply",{"response":{},"status":"ok"}]"#)
        #expect(socket.roundTripTime == .milliseconds(30))
    }

    @Test func row30And31CredentialsAndParamsAreAskedForAnew() async throws {
        let transport = ScriptedTransport()
        let counter = Counter()
        let socket = try await connect(transport) {
            try Endpoint(uri: "ws://127.0.0.1:4000/", params: JSONText(#"{"token":\#(counter.next(0))}"#))
        }
        async let joining = socket.join("t", timeout: .seconds(600)) {
            JSONText(unchecked: Array(#"{"jwt":\#(counter.next(1))}"#.utf8))
        }
        try await until { transport.links[0].wakes == 1 }
        #expect(transport.links[0].sentTexts() == [#"["1","1","t","phx_join",{"jwt":1}]"#])
        transport.links[0].receive(ScriptedSession.ok(1))
        let channel = try await joining
        transport.links[0].handler.transportClosed(code: 1012, reason: "")
        transport.advance(.seconds(1))
        transport.links[1].accept()
        #expect(transport.links.map(\.endpoint.target) == ["/?token=1&vsn=2.0.0", "/?token=2&vsn=2.0.0"])
        #expect(transport.links[1].sentTexts() == [#"["2","2","t","phx_join",{"jwt":2}]"#])
        withExtendedLifetime((socket, channel)) {}
    }

    private func connect(
        _ transport: ScriptedTransport, _ endpoint: @escaping @Sendable () throws -> Endpoint
    ) async throws -> PhoenixSocket {
        async let connecting = PhoenixSocket.connect(
            to: endpoint, configuration: ConnectionConfiguration(), transport: transport)
        try await until { !transport.links.isEmpty }
        transport.links[0].accept()
        return try await connecting
    }

    /// Lesson 23, too: a reply may come before the call that asked for it has returned to its task.
    @Test func row38PushesFromManyTasksHaveEachItsOwnReply() async throws {
        try await withLobby { lobby in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for task in 0..<16 {
                    group.addTask {
                        for number in 0..<25 {
                            let value = [task, number]
                            let reply = try await lobby.push("echo", .encoding(["v": value]), timeout: .seconds(30))
                            #expect(try reply.response.decode(as: [String: [Int]].self)["v"] == value)
                        }
                        return 25
                    }
                }
                let count = try await group.reduce(0, +)
                #expect(count == 400)
            }
        }
    }
}
