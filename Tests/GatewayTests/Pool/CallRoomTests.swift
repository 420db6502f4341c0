import Gateway
import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// The bounds of the issue and of the settings, as calls and listeners meet them.
@Suite struct CallRoomTests {
    private let payload = "\"\(String(repeating: "x", count: 1_000))\""

    private func fill(_ harness: GatewayHarness) throws {
        let session = try harness.session()
        try session.join()
        let frame = Frame.text(Array(#"["1",null,"t","e",\#(payload)]"#.utf8))
        // So much that the waiting thread has to make room, and hasn't come to it yet.
        session.link.handler.transportReceived([Frame](repeating: frame, count: 80))
    }

    /// Sends without the waiting thread's having a look.
    private func send(_ calls: CallHarness, _ path: String) throws -> GatewayHarness.Pending {
        let event = path == "/call" ? #","event":"e""# : ""
        let body = #"{"uri":"\#(CallHarness.uri)","topic":"t"\#(event)}"#
        let request = Request(
            id: "r", method: .post, target: try RequestTarget(Array(path.utf8)),
            headers: [.testHost: "localhost", .accept: "*/*"], body: Array(body.utf8))
        return GatewayHarness.Pending(calls.harness.gateway.respond(to: request))
    }

    @Test(arguments: ["/call", "/listen"]) func nearTheBoundOfMemoryNoFurtherClientIsMade(_ path: String) throws {
        let calls = CallHarness {
            $0.maxLogBytes = 100_000
            $0.pool.maxClients = 1
        }
        try fill(calls.harness)
        let refused = try send(calls, path)
        #expect(refused.status == 503 && refused.string("code") == "capacity", "\(refused.text)")
        #expect(refused.string("stage") == "connect" && refused.headers[.retryAfter] == "5")
        #expect(refused.string("detail")?.contains("session") == false)
        #expect(calls.links.count == 1)
        // Its place in the pool is free again, and soon there is room for a log.
        calls.harness.time.run()
        #expect(try calls.call().isWaiting && calls.links.count == 2)
    }

    @Test func aClientThatIsThereServesOn() throws {
        let calls = CallHarness { $0.maxLogBytes = 100_000 }
        let first = try calls.call()
        let link = try calls.open()
        calls.reply(link, 2)
        #expect(first.status == 200)
        try fill(calls.harness)
        let second = try send(calls, "/call")
        #expect(second.isWaiting)
        link.receive(#"["1","3","t","phx_reply",{"response":{},"status":"ok"}]"#)
        #expect(second.status == 200, "\(second.text)")
    }

    @Test func clientsOfThePoolAreNoSessionsThatCount() throws {
        let calls = CallHarness { $0.maxSessions = 1 }
        _ = try calls.harness.session()
        let call = try calls.call()
        calls.reply(try calls.open(), 2)
        #expect(call.status == 200 && calls.harness.gateway.sessionCount == 1)
        #expect(try calls.harness.send(.post, "/sessions", #"{"uri":"ws://127.0.0.1/"}"#).status == 503)
    }
}
