import Gateway
import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// Of all requests that wait, streams among them, a principal has a quarter, or what its quota says: README, "Access".
@Suite struct WaitingSharesTests {
    private let access = AccessHarness(
        FakeAuthenticator(.test("ann"), .test("bob"), .test("all", quotas: Principal.Quotas(maxWaiters: 0))))

    init() {
        access.harness.gateway.shareWaits(of: 8)
    }

    private func poll(_ token: String, _ session: String) throws -> GatewayHarness.Pending {
        try access.send(token, .get, "/sessions/\(session)/messages?after=latest&wait=50s")
    }

    private func stream(_ token: String, _ session: String) throws -> GatewayHarness.Pending {
        try access.send(
            token, .get, "/sessions/\(session)/messages?after=latest", headers: [.accept: "text/event-stream"])
    }

    @Test func pastItsShareAPrincipalsWaitIsRefusedAndAnothersIsNot() throws {
        let (ann, bob) = (try access.session("ann"), try access.session("bob"))
        let first = try poll("ann", ann)
        let second = try stream("ann", ann)
        #expect(first.isWaiting && second.status == 200)
        let refused = try poll("ann", ann)
        #expect(refused.status == 503 && refused.string("code") == "capacity", "\(refused.text)")
        #expect(try stream("ann", ann).status == 503)
        let push = try access.send("ann", .put, "/sessions/\(ann)/topics/t?wait=5s")
        #expect(push.status == 503 && push.string("code") == "capacity", "\(push.text)")
        // What doesn't wait goes on, and so do others.
        #expect(try access.send("ann", .get, "/sessions/\(ann)/messages").status == 200)
        #expect(try poll("bob", bob).isWaiting)
    }

    @Test func whatHasEndedGivesItsPlaceBackHoweverItEnded() throws {
        let ann = try access.session("ann")
        let polls = [try poll("ann", ann), try poll("ann", ann)]
        polls[0].hangUp()
        let third = try poll("ann", ann)
        #expect(third.isWaiting)
        access.harness.time.advance(by: .seconds(51))
        #expect(polls[1].status == 200 && third.status == 200)
        let streams = [try stream("ann", ann), try stream("ann", ann)]
        #expect(try poll("ann", ann).status == 503)
        streams[0].stream?.abandon()
        #expect(try poll("ann", ann).isWaiting)
        try access.send("ann", .delete, "/sessions/\(ann)")
        _ = try access.harness.received(streams[1])
        let next = try access.session("ann")
        let again = [try poll("ann", next), try poll("ann", next)]
        #expect(again.map(\.isWaiting) == [true, true])
    }

    @Test func aListenersStreamHoldsItsPlaceOnceItHasBegun() throws {
        let listening = try access.send(
            "ann", .post, "/listen", #"{"uri":"ws://127.0.0.1:4000/s","topic":"t"}"#,
            headers: [.accept: "application/x-ndjson"])
        let link = try #require(access.harness.transport.links.last)
        link.accept()
        link.receive(#"["1","1","t","phx_reply",{"response":{},"status":"ok"}]"#)
        access.harness.time.run()
        #expect(listening.status == 200 && listening.stream != nil, "\(listening.text)")
        let ann = try access.session("ann")
        #expect(try poll("ann", ann).isWaiting)
        #expect(try poll("ann", ann).status == 503)
        listening.stream?.abandon()
        #expect(try poll("ann", ann).isWaiting)
    }

    @Test func aQuotaOfZeroIsNoLimit() throws {
        let session = try access.session("all")
        for _ in 0..<20 { #expect(try poll("all", session).isWaiting) }
    }
}
