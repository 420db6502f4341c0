import DemoPhoenix
import TestSupport
import Testing

@testable import PhoenixChannels

/// The async face, against the demo server.
@Suite(.timeLimit(.minutes(10))) struct PhoenixSocketTests {
    /// Runs `body` with a demo server of its own.
    private func withServer(_ body: (DemoServer, Endpoint) async throws -> Void) async throws {
        let server = try await DemoServer.start(port: 0)
        do {
            try await body(server, Endpoint(uri: "ws://127.0.0.1:\(server.port)/socket/websocket"))
        } catch {
            await server.shutdown()
            throw error
        }
        await server.shutdown()
    }

    @Test func theTutorialFromConnectToDisconnect() async throws {
        try await withServer { _, endpoint in
            let socket = try await PhoenixSocket.connect(to: endpoint)
            let lobby = try await socket.join("rooms:lobby", params: JSONText(#"{"echo":true,"fizz":"buzz"}"#))
            #expect(try lobby.joinResponse.decode(as: [String: Params].self)["echo"]?.fizz == "buzz")
            try lobby.send("quicksand", .encoding(["a": "b"]))
            let pong = try await lobby.push("ping")
            #expect(pong.isOK)
            #expect(try pong.response.decode(as: [String: String].self) == ["pong": "pong"])
            let failure = try await lobby.push("fail")
            #expect(failure.status == "error")
            try lobby.send("push to me")
            try lobby.send("burst", .encoding(["n": 2, "size": 1]))
            var events: [String] = []
            for try await message in lobby.messages {
                events.append(message.event)
                if events.count == 3 { break }
            }
            #expect(events == ["foo", "tick", "tick"])
            try await lobby.leave()
            try await lobby.leave()
            await #expect(throws: ChannelsError.notJoined) { try await lobby.push("ping") }
            await socket.disconnect()
            #expect(try await socket.closed.cause == .requested)
            await #expect(throws: ChannelsError.notConnected) { try await socket.join("rooms:lobby") }
        }
    }

    private struct Params: Decodable {
        let fizz: String
    }

    @Test func refusedJoinsSayWhy() async throws {
        try await withServer { _, endpoint in
            let socket = try await PhoenixSocket.connect(to: endpoint)
            await #expect(throws: ChannelsError.unmatchedTopic) { try await socket.join("nosuch:topic") }
            let refusal = Reply(status: "error", response: .json(try JSONText(#"{"reason":"unauthorized"}"#)))
            await #expect(throws: ChannelsError.joinRejected(refusal)) { try await socket.join("rooms:private") }
            await #expect(throws: ChannelsError.reserved) { try await socket.join("phoenix") }
            await socket.disconnect()
        }
    }

    @Test func aReplyThatDoesNotComeTimesOutAndTheChannelGoesOn() async throws {
        try await withServer { _, endpoint in
            let socket = try await PhoenixSocket.connect(to: endpoint)
            let lobby = try await socket.join("rooms:lobby")
            await #expect(throws: ChannelsError.timedOut) {
                try await lobby.push("quicksand", timeout: .milliseconds(50))
            }
            #expect(try await lobby.push("ping").isOK)
            await socket.disconnect()
        }
    }

    @Test func aCancelledPushEndsAtOnce() async throws {
        try await withServer { _, endpoint in
            let socket = try await PhoenixSocket.connect(to: endpoint)
            let lobby = try await socket.join("rooms:lobby")
            let push = Task { try await lobby.push("quicksand", timeout: .seconds(3600)) }
            push.cancel()
            await #expect(throws: CancellationError.self) { try await push.value }
            await socket.disconnect()
        }
    }

    @Test func aJoinThatTakesTooLongIsGivenUpAndCanBeTriedAgain() async throws {
        let transport = ScriptedTransport()
        let endpoint = try Endpoint(uri: "ws://127.0.0.1:4000/socket/websocket")
        async let connecting = PhoenixSocket.connect(
            to: { endpoint }, configuration: ConnectionConfiguration(), transport: transport)
        try await until { !transport.links.isEmpty }
        let link = transport.links[0]
        link.accept()
        let socket = try await connecting
        await #expect(throws: ChannelsError.timedOut) { try await socket.join("t", timeout: .milliseconds(1)) }
        #expect(link.sentTexts() == [#"["1","1","t","phx_join",{}]"#, #"["1","2","t","phx_leave",{}]"#])
        // The next join waits for the leave.
        await #expect(throws: ChannelsError.timedOut) { try await socket.join("t", timeout: .milliseconds(1)) }
        #expect(link.sentTexts() == [])
        async let joining = socket.join("t", timeout: .seconds(600))
        link.receive(
            #"["1","1","t","phx_reply",{"response":{},"status":"ok"}]"#,
            #"["1","2","t","phx_reply",{"response":{},"status":"ok"}]"#)
        try await until { link.wakes == 2 }
        #expect(link.sentTexts() == [#"["3","3","t","phx_join",{}]"#])
        link.receive(#"["3","3","t","phx_reply",{"response":{"n":1},"status":"ok"}]"#)
        #expect(try await joining.joinResponse == .json(try JSONText(#"{"n":1}"#)))
    }

    @Test func aJoinGivenUpJustAsItIsAnsweredIsLeft() throws {
        let transport = ScriptedTransport()
        let dispatcher = SocketDispatcher(ConnectionConfiguration())
        let endpoint = try Endpoint(uri: "ws://127.0.0.1:4000/socket/websocket")
        _ = dispatcher.open({ endpoint }, transport)
        let link = transport.links[0]
        link.accept()
        let joined = try dispatcher.join("t") { .emptyObject }.joined
        link.receive(#"["1","1","t","phx_reply",{"response":{},"status":"ok"}]"#)
        _ = link.sent()
        dispatcher.giveUpJoin("t", joined)
        #expect(link.sentTexts() == [#"["1","2","t","phx_leave",{}]"#])
    }

    @Test func aCrashFailsThePushesInFlightAndTheTopicIsJoinedAnew() async throws {
        try await withServer { _, endpoint in
            var configuration = ConnectionConfiguration()
            configuration.rejoin?.minDelay = .milliseconds(10)
            let socket = try await PhoenixSocket.connect(to: endpoint, configuration: configuration)
            let lobby = try await socket.join("rooms:lobby")
            await #expect(throws: ChannelsError.lost(.channelCrashed)) { try await lobby.push("crash") }
            var events = lobby.events.makeAsyncIterator()
            #expect(try await events.next() == .crashed(.json(try JSONText(#"{"reason":"channel_crash"}"#))))
            #expect(try await events.next() == .rejoined(response: .emptyObject, .channelError))
            #expect(try await lobby.push("ping").isOK)
            await socket.disconnect()
            #expect(try await events.next() == nil)
        }
    }

    @Test func aCrashEndsTheEventsOfAChannelThatIsNotJoinedAnew() async throws {
        try await withServer { _, endpoint in
            var configuration = ConnectionConfiguration()
            configuration.rejoin = nil
            let socket = try await PhoenixSocket.connect(to: endpoint, configuration: configuration)
            let lobby = try await socket.join("rooms:lobby")
            await #expect(throws: ChannelsError.lost(.channelCrashed)) { try await lobby.push("crash") }
            await #expect(throws: ChannelsError.crashed(.json(try JSONText(#"{"reason":"channel_crash"}"#)))) {
                for try await _ in lobby.messages {}
            }
            #expect(try await socket.join("rooms:lobby").push("ping").isOK)
            await socket.disconnect()
        }
    }

    @Test func aReaderThatIsTooSlowIsToldHowManyItMissed() async throws {
        try await withServer { _, endpoint in
            var configuration = ConnectionConfiguration()
            configuration.maxBufferedEvents = 10
            let socket = try await PhoenixSocket.connect(to: endpoint, configuration: configuration)
            let lobby = try await socket.join("rooms:lobby")
            _ = try await lobby.push("burst", .json(JSONText(#"{"n":13,"size":1,"reply":true}"#)))
            var events = lobby.events.makeAsyncIterator()
            #expect(try await events.next() == .dropped(3))
            for _ in 0..<10 {
                guard case .message(let message) = try await events.next() else {
                    Issue.record("not a message")
                    return
                }
                #expect(message.event == "tick")
            }
            try lobby.send("push to me")
            guard case .message(let message) = try await events.next() else {
                Issue.record("not a message")
                return
            }
            #expect(message.event == "foo")
            await socket.disconnect()
        }
    }

    @Test func theServersEndIsTheSocketsWhereItDoesNotReconnect() async throws {
        try await withServer { server, endpoint in
            var configuration = ConnectionConfiguration()
            configuration.reconnect = nil
            let socket = try await PhoenixSocket.connect(to: endpoint, configuration: configuration)
            let lobby = try await socket.join("rooms:lobby")
            await server.shutdown()
            let end = try await socket.closed
            #expect(end.cause == .server && end.code == 1012)
            #expect(socket.status == .disconnected(end, retryIn: nil))
            await #expect(throws: ChannelsError.disconnected(end)) { for try await _ in lobby.messages {} }
            await #expect(throws: ChannelsError.notConnected) { try await lobby.push("ping") }
        }
    }

    @Test func nothingListeningIsAnError() async throws {
        let nobody = try RawListener(refusing: true)
        defer { withExtendedLifetime(nobody) {} }
        let endpoint = try Endpoint(uri: "ws://127.0.0.1:\(nobody.port)/socket/websocket")
        await #expect(throws: ChannelsError.self) { try await PhoenixSocket.connect(to: endpoint) }
    }
}
