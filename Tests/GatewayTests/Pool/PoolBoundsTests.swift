import Gateway
import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// How many clients of calls there may be, of a host and in all.
@Suite struct PoolBoundsTests {
    private func call(_ harness: GatewayHarness, _ authority: String) throws -> GatewayHarness.Pending {
        try harness.send(.post, "/call?wait=20s", #"{"uri":"ws://\#(authority)/s","topic":"t","event":"e"}"#)
    }

    private func serve(_ harness: GatewayHarness, _ index: Int) throws {
        let link = harness.transport.links[index]
        link.accept()
        for ref in 1...2 { link.receive(#"["1","\#(ref)","t","phx_reply",{"response":{},"status":"ok"}]"#) }
        harness.time.run()
    }

    @Test(arguments: ["LOCALHOST:4000", "Localhost.:4000", "localhost.:4000"])
    func aHostThatIsWrittenOtherwiseIsTheSameHost(_ other: String) throws {
        let harness = GatewayHarness { $0.pool.maxClients = 1 }
        let first = try call(harness, "localhost:4000")
        let second = try call(harness, other)
        #expect(second.isWaiting && harness.transport.links.count == 1)
        try serve(harness, 0)
        #expect(first.status == 200 && harness.transport.links.count == 2)
        try serve(harness, 1)
        #expect(second.status == 200)
    }

    @Test func pastTheBoundOfAllClientsACallIsRefusedUntilOneIsIdle() throws {
        let harness = GatewayHarness { $0.maxSessions = 2 }
        let calls = try ["127.0.0.1:1", "127.0.0.1:2"].map { try call(harness, $0) }
        let refused = try call(harness, "127.0.0.1:3")
        #expect(refused.status == 503 && refused.string("code") == "capacity", "\(refused.text)")
        #expect(refused.string("stage") == "connect" && refused.headers[.retryAfter] != nil)
        #expect(harness.transport.links.count == 2)
        for index in [1, 0] { try serve(harness, index) }
        #expect(calls.map(\.status) == [200, 200])
        // That which has been idle for longest makes room.
        #expect(try call(harness, "127.0.0.1:3").isWaiting)
        #expect(harness.transport.links.map(\.closeCodes) == [[], [1000], []])
        #expect(try call(harness, "127.0.0.1:4").isWaiting)
        #expect(try call(harness, "127.0.0.1:5").status == 503)
    }

    @Test func whereTheBoundOfAllIsReachedAFullHostsLineGoesOn() throws {
        let harness = GatewayHarness {
            $0.maxSessions = 2
            $0.pool.maxClients = 1
        }
        _ = try call(harness, "127.0.0.1:1")
        _ = try call(harness, "127.0.0.1:2")
        let inLine = try call(harness, "127.0.0.1:1")
        #expect(inLine.isWaiting)
        try serve(harness, 0)
        harness.transport.links[0].receive(#"["1","3","t","phx_reply",{"response":{},"status":"ok"}]"#)
        #expect(inLine.status == 200)
    }
}
