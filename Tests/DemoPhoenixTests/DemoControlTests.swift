import DemoPhoenix
import PhoenixChannels
import TestSupport
import Testing

/// What the control surface does to sockets, each over a real one.
@Suite(.serialized, .timeLimit(.minutes(10))) struct DemoControlTests {
    private func withServer(_ body: (Int) throws -> Void) async throws {
        let server = try await DemoServer.start(port: 0, options: DemoOptions(hasControl: true))
        let result = Result { try body(server.port) }
        await server.shutdown()
        try result.get()
    }

    @discardableResult
    private func control(_ port: Int, _ target: String, body: String = "", count: Int? = nil) throws -> Int {
        let answer = try HTTPTestClient(port: port).request("POST", "/control/\(target)", body: body)
        #expect(answer.status == 200, "\(target): \(answer.text)")
        let counted = try #require(answer.json.member("count")?.integer)
        if let count { #expect(counted == count, "\(target)") }
        return counted
    }

    private func join(_ client: WebSocketTestClient, _ topic: String = "rooms:lobby") throws {
        try client.send(#"["1","1","\#(topic)","phx_join",{}]"#)
        #expect(try client.receiveMessage().reply?.status == "ok")
    }

    /// A socket's answer to a heartbeat is the next thing that comes.
    private func beat(_ client: WebSocketTestClient) throws {
        try client.send(#"[null,"9","phoenix","heartbeat",{}]"#)
        #expect(try client.receiveMessage().ref == "9")
    }

    @Test func withoutBeingAskedForThereIsNoControl() async throws {
        let server = try await DemoServer.start(port: 0)
        let result = Result {
            let client = try WebSocketTestClient(port: server.port)
            let answer = try HTTPTestClient(port: server.port).request("POST", "/control/kill-transports", body: "")
            #expect(answer.status == 404)
            try beat(client)
        }
        await server.shutdown()
        try result.get()
    }

    @Test(arguments: [
        ("POST", "nosuch", 404), ("GET", "drain", 405), ("POST", "close?code=1006", 400),
        ("POST", "close?code=99", 400),
        ("POST", "stall", 400), ("POST", "stall?for=61s", 400), ("POST", "stall?for=-1s", 400),
        ("POST", "delay?for=2", 400), ("POST", "delay?for=2s", 200), ("POST", "garbage?kind=other", 400),
        ("POST", "kill-transports?one-in=0", 400),
        ("POST", "refuse?status=200", 400), ("POST", "broadcast?topic=rooms:lobby", 400), ("POST", "disconnect", 400),
    ])
    func aRequestThatAsksForTooMuchIsRefused(_ method: String, _ target: String, _ status: Int) async throws {
        try await withServer { port in
            let answer = try HTTPTestClient(port: port).request(method, "/control/\(target)", body: "")
            #expect(answer.status == status, "\(answer.text)")
            #expect(answer.json.member(status == 200 ? "count" : "error") != nil)
        }
    }

    @Test func everySecondTransportIsKilledWithoutACloseFrame() async throws {
        try await withServer { port in
            let clients = try (0..<4).map { _ in try WebSocketTestClient(port: port) }
            for client in clients { try beat(client) }
            try control(port, "kill-transports?one-in=2", count: 2)
            #expect(try clients[1].isEnded() && clients[3].isEnded())
            try beat(clients[0])
            try beat(clients[2])
            try control(port, "kill-transports?id=user_socket:nobody", count: 0)
        }
    }

    @Test func socketsAreClosedWithTheCodeThatIsAskedFor() async throws {
        try await withServer { port in
            let client = try WebSocketTestClient(port: port)
            try join(client)
            try control(port, "close?code=4007", count: 1)
            #expect(try client.receive().closeCode == 4007)
        }
    }

    @Test func aStalledServerSaysNothingUntilItsEndAndThenAll() async throws {
        try await withServer { port in
            let client = try WebSocketTestClient(port: port)
            try join(client)
            let clock = ContinuousClock()
            let start = clock.now
            #expect(try control(port, "stall?for=300ms") >= 1)
            for ref in 2...4 { try client.send(#"["1","\#(ref)","rooms:lobby","ping",{}]"#) }
            let late = try WebSocketTestClient(port: port)
            #expect(clock.now - start >= .milliseconds(290))
            for ref in 2...4 { #expect(try client.receiveMessage().ref == WireRef("\(ref)")) }
            try beat(late)
        }
    }

    @Test func aHalfOpenSocketStaysAndSaysNothingMore() async throws {
        try await withServer { port in
            let mute = try WebSocketTestClient(port: port, target: "/socket/websocket?vsn=2.0.0&user_id=mute")
            let other = try WebSocketTestClient(port: port)
            try join(mute)
            try join(other)
            try control(port, "half-open?id=user_socket:mute", count: 1)
            try mute.send(#"["1","2","rooms:lobby","ping",{}]"#)
            try control(port, "broadcast?topic=rooms:lobby&event=news", body: #"{"n":1}"#, count: 2)
            #expect(try other.receiveMessage().event == "news")
            #expect(!mute.isReadable)
        }
    }

    @Test(arguments: ["text", "utf8", "short", "binary", "frame"])
    func garbageIsWhatNoServerSends(_ kind: String) async throws {
        try await withServer { port in
            let client = try WebSocketTestClient(port: port)
            try join(client)
            try control(port, "garbage?kind=\(kind)", count: 1)
            if kind == "frame" {
                #expect(throws: RawSocket.Failure.self) { try client.receive() }
            } else {
                let frame = try #require(try client.receive().frame)
                #expect(throws: WireError.self) { try V2Serializer.decode(frame, by: .server) }
                try beat(client)
            }
        }
    }

    @Test func soManyUpgradesAreRefusedAndThenNoMore() async throws {
        try await withServer { port in
            try control(port, "refuse?status=429&retry-after=7&count=2", count: 2)
            for _ in 0..<2 {
                let answer = try HTTPTestClient(port: port)
                    .request("GET", "/socket/websocket?vsn=2.0.0", headers: WebSocketTestClient.upgradeHeaders)
                #expect(answer.status == 429 && answer["Retry-After"] == "7")
            }
            try beat(try WebSocketTestClient(port: port))
        }
    }

    @Test func aSlowJoinHoldsUpItsWholeSocket() async throws {
        try await withServer { port in
            let client = try WebSocketTestClient(port: port)
            let clock = ContinuousClock()
            try control(port, "slow-join?for=200ms", count: 1)
            let start = clock.now
            try client.send(#"["1","1","rooms:lobby","phx_join",{}]"#)
            try client.send(#"[null,"2","phoenix","heartbeat",{}]"#)
            #expect(try client.receiveMessage().ref == "1")
            #expect(clock.now - start >= .milliseconds(190))
            #expect(try client.receiveMessage().ref == "2")
        }
    }

    @Test func aDelayKeepsTheOrderEvenWhenItEnds() async throws {
        try await withServer { port in
            let client = try WebSocketTestClient(port: port)
            try join(client)
            try control(port, "delay?for=200ms", count: 1)
            let clock = ContinuousClock()
            let start = clock.now
            try client.send(#"["1","2","rooms:lobby","push then reply",{}]"#)
            try control(port, "broadcast?topic=rooms:lobby&event=news", count: 1)
            try control(port, "delay?for=0s", count: 1)
            try client.send(#"["1","3","rooms:lobby","ping",{}]"#)
            let events = try (0..<4).map { _ in try client.receiveMessage() }
            #expect(clock.now - start >= .milliseconds(190))
            let order = Set([events[0].event, events[1].event, events[2].event])
            #expect(order == ["before", "phx_reply", "news"])
            #expect(events[3].ref == "3")
        }
    }

    @Test func crashedChannelsAreToldAndTheSocketLives() async throws {
        try await withServer { port in
            let client = try WebSocketTestClient(port: port)
            for topic in ["rooms:a", "rooms:b", "rooms:c"] { try join(client, topic) }
            try control(port, "crash-channels?topic=rooms:b", count: 1)
            #expect(try client.receiveMessage().topic == "rooms:b")
            try control(port, "crash-channels", count: 2)
            #expect(try client.receiveMessage().event == "phx_error")
            #expect(try client.receiveMessage().event == "phx_error")
            try beat(client)
        }
    }

    @Test func aDrainSparesTheSocketWithoutAChannel() async throws {
        try await withServer { port in
            let joined = try WebSocketTestClient(port: port)
            let idle = try WebSocketTestClient(port: port)
            let spared = try WebSocketTestClient(port: port, target: "/nodrain/websocket?vsn=2.0.0")
            try join(joined)
            try join(spared)
            try beat(idle)
            try control(port, "drain", count: 1)
            #expect(try joined.receive().closeCode == 1012)
            try beat(idle)
            try beat(spared)
        }
    }
}
