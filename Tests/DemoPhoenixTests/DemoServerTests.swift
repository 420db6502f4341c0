import DemoPhoenix
import PhoenixChannels
import TestSupport
import Testing

/// What the recordings that can't be replayed show, and the demo's own bounds.
@Suite(.serialized, .timeLimit(.minutes(10))) struct DemoServerTests {
    private func join(_ client: WebSocketTestClient, _ params: String = "{}") throws {
        try client.send(#"["1","1","rooms:lobby","phx_join",\#(params)]"#)
        #expect(try client.receiveMessage().reply?.status == "ok")
    }

    /// Runs `body` with a server, and stops it whatever comes.
    private func withServer(_ body: (DemoServer) async throws -> Void) async throws {
        let server = try await DemoServer.start(port: 0)
        do {
            try await body(server)
        } catch {
            await server.shutdown()
            throw error
        }
        await server.shutdown()
    }

    @Test func stoppingClosesASocketWithChannelsByAnotherCode() async throws {
        let server = try await DemoServer.start(port: 0)
        let idle = try WebSocketTestClient(port: server.port)
        let joined = try WebSocketTestClient(port: server.port)
        try join(joined)
        // Its closes go out before it waits for anything: none is for a client's silence.
        await server.shutdown()
        // Transcript server_shutdown_sigterm: 1012 with a channel, 1000 without, and nothing a channel before it.
        #expect(try joined.receive().closeCode == 1012)
        #expect(try idle.receive().closeCode == 1000)
        #expect(try joined.isEnded() && idle.isEnded())
    }

    @Test func aBroadcastReachesAllAndABroadcastFromAllOthers() async throws {
        try await withServer { server in
            let first = try WebSocketTestClient(port: server.port)
            let second = try WebSocketTestClient(port: server.port)
            try join(first)
            try join(second)
            try second.send(#"["1","2","rooms:lobby","broadcast_from",{"hi":"others"}]"#)
            try second.send(#"["1","3","rooms:lobby","broadcast",{"hi":"all"}]"#)
            // Transcript broadcast_from_other_client: refs are null.
            let others = try first.receiveMessage()
            #expect(others.joinRef == nil && others.ref == nil && others.event == "shout")
            #expect(others.payload == .json(try JSONText(#"{"hi":"others"}"#)))
            let all = Payload.json(try JSONText(#"{"hi":"all"}"#))
            #expect(try first.receiveMessage().payload == all)
            #expect(try second.receiveMessage().payload == all)
            try first.send(#"["1","2","rooms:lobby","phx_leave",{}]"#)
            #expect(try first.receiveMessage().ref == "2")
            #expect(try first.receiveMessage().event == "phx_close")
            try second.send(#"["1","4","rooms:lobby","broadcast",{}]"#)
            #expect(try second.receiveMessage().event == "shout")
            try first.send(#"[null,"9","phoenix","heartbeat",{}]"#)
            #expect(try first.receiveMessage().ref == "9")
        }
    }

    @Test func aLargeBurstComesWholeAndInOrder() async throws {
        try await withServer { server in
            let client = try WebSocketTestClient(port: server.port)
            try join(client)
            try client.send(#"["1","2","rooms:lobby","burst",{"n":5000,"size":100,"reply":true}]"#)
            for number in 0..<5_000 {
                guard case .json(let tick) = try client.receiveMessage().payload else { continue }
                #expect(tick.slice.member("i")?.integer == number)
                #expect(tick.slice.member("data")?.string?.count == 100)
            }
            #expect(try client.receiveMessage().ref == "2")
        }
    }

    @Test func aBurstOverItsBoundsCrashesTheChannel() async throws {
        try await withServer { server in
            let client = try WebSocketTestClient(port: server.port)
            try join(client)
            try client.send(#"["1","2","rooms:lobby","burst",{"n":100000,"size":1000000}]"#)
            #expect(try client.receiveMessage().event == "phx_error")
        }
    }

    @Test(arguments: [#"{"a":"\ud800"}"#, "1e400", #"["\udc00"]"#])
    func whatPhoenixsParserRefusesClosesTheSocket(_ payload: String) async throws {
        try await withServer { server in
            let client = try WebSocketTestClient(port: server.port)
            try join(client)
            try client.send(#"["1","2","rooms:lobby","echo",\#(payload)]"#)
            #expect(try client.receive().closeCode == 1011)
        }
    }

    @Test func aPortThatIsTakenIsAnErrorInWords() async throws {
        let listener = try RawListener()
        let error = await #expect(throws: DemoServer.StartError.self) {
            try await DemoServer.start(port: listener.port)
        }
        #expect(error?.description.contains("port \(listener.port)") == true)
    }
}
