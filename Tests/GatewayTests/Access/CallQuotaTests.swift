import Gateway
import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// Clients of calls by principal, with its sessions.
@Suite struct CallQuotaTests {
    private typealias Pending = GatewayHarness.Pending

    private let spec = #"{"uri":"ws://127.0.0.1:4000/s"}"#

    private func harness(_ change: (inout GatewayConfiguration) -> Void = { _ in }) -> AccessHarness {
        AccessHarness(
            FakeAuthenticator(
                .test("ann", quotas: Principal.Quotas(maxSessions: 0)), .test("bob"),
                .test("two", quotas: Principal.Quotas(maxSessions: 2)))
        ) {
            $0.maxSessionsPerPrincipal = 1
            change(&$0)
        }
    }

    private func call(
        _ access: AccessHarness, _ token: String, _ topic: String = "t", wait: String = "5s"
    ) throws -> Pending {
        try access.send(
            token, .post, "/call?wait=\(wait)", #"{"uri":"ws://127.0.0.1:4000/s","topic":"\#(topic)","event":"e"}"#)
    }

    private func listen(_ access: AccessHarness, _ token: String) throws -> Pending {
        try access.send(
            token, .get, "/listen?uri=ws://127.0.0.1:4000/s&topic=t", headers: [.accept: "application/x-ndjson"])
    }

    private func reply(_ access: AccessHarness, _ ref: Int, _ topic: String = "t") throws {
        let link = try #require(access.harness.transport.links.last)
        link.receive(#"["1","\#(ref)","\#(topic)","phx_reply",{"response":{},"status":"ok"}]"#)
        access.harness.time.run()
    }

    /// The last client is connected and joined, and what it pushes is answered.
    private func serve(_ access: AccessHarness, _ topic: String = "t") throws {
        try #require(access.harness.transport.links.last).accept()
        try reply(access, 1, topic)
        try reply(access, 2, topic)
    }

    private func expectRefused(_ pending: Pending, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(
            pending.status == 429 && pending.string("code") == "too-many-requests", "\(pending.text)",
            sourceLocation: sourceLocation)
        #expect(pending.string("quota") == "max_sessions" && pending.headers[.retryAfter] == "1")
    }

    @Test func pastItsQuotaAPrincipalsListenersAreRefusedAndAnothersCallIsNot() throws {
        let access = harness { $0.pool.maxClients = 2 }
        let stream = try listen(access, "bob")
        try #require(access.harness.transport.links.last).accept()
        try reply(access, 1)
        #expect(stream.status == 200)
        let refused = try [listen(access, "bob"), call(access, "bob"), call(access, "bob", "u")]
        for refused in refused {
            expectRefused(refused)
            #expect(refused.string("stage") == "connect" && refused.json.member("sent")?.bool == false)
        }
        expectRefused(try access.send("bob", .post, "/sessions", spec))
        #expect(access.harness.transport.links.count == 1)
        #expect(try call(access, "ann").isWaiting && access.harness.transport.links.count == 2)
    }

    @Test func pastItsQuotaOfSessionsAPrincipalsCallIsRefused() throws {
        let access = harness()
        let session = try access.session("bob")
        expectRefused(try call(access, "bob"))
        try access.send("bob", .delete, "/sessions/\(session)")
        #expect(try call(access, "bob").isWaiting)
    }

    @Test func aClientThatIsIdleMakesRoomForItsPrincipalsNextCallOrSession() throws {
        let access = harness()
        for topic in ["t", "u"] {
            let answer = try call(access, "bob", topic)
            try serve(access, topic)
            #expect(answer.status == 200, "\(answer.text)")
        }
        #expect(access.harness.transport.links.map(\.closeCodes) == [[1000], []])
        _ = try access.session("bob")
        #expect(access.harness.transport.links.map(\.closeCodes) == [[1000], [1000], []])
        expectRefused(try call(access, "bob"))
    }

    @Test func anIdleClientMakesRoomForASessionByName() throws {
        let access = harness()
        _ = try call(access, "bob")
        try serve(access)
        #expect(try access.send("bob", .put, "/sessions/n", spec).isWaiting)
        #expect(access.harness.transport.links.map(\.closeCodes) == [[1000], []])
    }

    @Test func aCallThatFailsOrIsGivenUpIsNotCounted() throws {
        let access = harness()
        for _ in 0..<3 {
            let failed = try call(access, "bob", wait: "1s")
            access.harness.time.advance(by: .seconds(2))
            #expect(failed.status == 504, "\(failed.text)")
            try call(access, "bob").hangUp()
            access.harness.time.run()
        }
        #expect(try call(access, "bob").isWaiting)
    }

    @Test func aCallInLineCounts() throws {
        let access = harness { $0.pool.maxClients = 1 }
        let first = try call(access, "ann", wait: "20s")
        let late = try call(access, "bob", wait: "1s")
        expectRefused(try call(access, "bob"))
        access.harness.time.advance(by: .seconds(2))
        #expect(late.status == 503)
        try call(access, "bob", wait: "20s").hangUp()
        let next = try call(access, "bob", wait: "20s")
        try serve(access)
        #expect(first.status == 200 && next.isWaiting)
        // It has the room now, and one place as before.
        expectRefused(try call(access, "bob", "u"))
        try serve(access)
        #expect(next.status == 200)
        let last = try call(access, "bob", "u")
        try serve(access, "u")
        #expect(last.status == 200)
    }

    @Test func whoIsHandedAClientGivesTheSecondPlaceBack() throws {
        let access = harness { $0.pool.maxClients = 1 }
        let calls = try [call(access, "two"), call(access, "two")]
        expectRefused(try call(access, "two"))
        try serve(access)
        try reply(access, 3)
        #expect(calls.map(\.status) == [200, 200])
        _ = try access.session("two")
        #expect(access.harness.transport.links.map(\.closeCodes) == [[], []])
    }

    @Test func aClientThatIsClosedUnusedIsNotCounted() throws {
        let access = harness()
        _ = try call(access, "bob")
        try serve(access)
        access.harness.time.advance(by: .seconds(31))
        _ = try access.session("bob")
        expectRefused(try access.send("bob", .post, "/sessions", spec))
    }
}
