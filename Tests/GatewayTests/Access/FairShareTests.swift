import Gateway
import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// What a principal may take where nobody has said how much: README, "Access", "Limits".
@Suite struct FairShareTests {
    private typealias Pending = GatewayHarness.Pending

    private let spec = #"{"uri":"ws://127.0.0.1:4000/s"}"#

    /// Sessions for eight, and four clients and four in line of a host: a share is two, one, and one.
    private func harness(_ change: (inout GatewayConfiguration) -> Void = { _ in }) -> AccessHarness {
        let names = ["ann", "bob", "cat", "dan", "eve"].map { Principal.test($0) }
        let all = Principal.test("all", quotas: Principal.Quotas(maxSessions: 0))
        let authenticator = FakeAuthenticator(names[0], names[1], names[2], names[3], names[4], all)
        return AccessHarness(authenticator) {
            $0.maxSessions = 8
            $0.pool.maxClients = 4
            $0.pool.maxWaiting = 4
            change(&$0)
        }
    }

    private func call(_ access: AccessHarness, _ token: String, _ topic: String = "t") throws -> Pending {
        try access.send(
            token, .post, "/call?wait=20s", #"{"uri":"ws://127.0.0.1:4000/s","topic":"\#(topic)","event":"e"}"#)
    }

    /// The client that was made as this one in order is connected and joined, and what it pushes is answered.
    private func serve(_ access: AccessHarness, _ index: Int, _ topic: String = "t") throws {
        let links = access.harness.transport.links
        let link = try #require(links.indices.contains(index) ? links[index] : nil)
        link.accept()
        for ref in 1...2 { answer(access, link, ref, topic) }
    }

    private func answer(_ access: AccessHarness, _ link: ScriptedLink, _ ref: Int, _ topic: String = "t") {
        link.receive(#"["1","\#(ref)","\#(topic)","phx_reply",{"response":{},"status":"ok"}]"#)
        access.harness.time.run()
    }

    private func links(_ access: AccessHarness) -> Int { access.harness.transport.links.count }

    @Test func pastAQuarterOfAllSessionsAPrincipalIsRefusedAndAnotherIsNot() throws {
        let access = harness()
        let first = try access.session("ann")
        _ = try access.session("ann")
        let refused = try access.send("ann", .post, "/sessions", spec)
        #expect(refused.status == 429 && refused.string("quota") == "max_sessions", "\(refused.text)")
        #expect(refused.text.contains("has 2 sessions"))
        for _ in 0..<2 { _ = try access.session("bob") }
        for _ in 0..<3 { _ = try access.session("all") }
        try access.send("ann", .delete, "/sessions/\(first)")
        _ = try access.session("ann")
    }

    @Test func aNumberForAllPrincipalsTakesThePlaceOfTheShare() throws {
        for (number, count) in [(0, 8), (3, 3)] {
            let access = harness { $0.maxSessionsPerPrincipal = number }
            for _ in 0..<count { _ = try access.session("ann") }
            #expect(try access.send("ann", .post, "/sessions", spec).status == (number == 0 ? 503 : 429))
        }
        // At one host, too.
        let access = harness { $0.maxSessionsPerPrincipal = 0 }
        for _ in 0..<4 { _ = try call(access, "ann") }
        #expect(links(access) == 4)
    }

    @Test func withoutAccessControlAllCallersHaveTheWhole() throws {
        let harness = GatewayHarness {
            $0.maxSessions = 8
            $0.pool.maxClients = 4
            $0.pool.maxWaiting = 4
        }
        let body = #"{"uri":"ws://127.0.0.1:4000/s","topic":"t","event":"e"}"#
        let calls = try (0..<9).map { _ in try harness.send(.post, "/call?wait=20s", body) }
        #expect(calls.prefix(8).allSatisfy(\.isWaiting) && calls[8].status == 503)
        #expect(harness.transport.links.count == 4)
        for _ in 0..<8 { #expect(try harness.send(.post, "/sessions?wait=0", spec).status == 202) }
        #expect(try harness.send(.post, "/sessions?wait=0", spec).status == 503)
    }

    @Test func pastAQuarterOfAHostsClientsACallWaitsForItsPrincipalsOwn() throws {
        let access = harness()
        let (first, second) = (try call(access, "ann"), try call(access, "ann"))
        #expect(second.isWaiting && links(access) == 1)
        // There is room for others.
        let other = try call(access, "bob")
        #expect(links(access) == 2)
        try serve(access, 1)
        #expect(other.status == 200 && second.isWaiting && links(access) == 2)
        try serve(access, 0)
        answer(access, access.harness.transport.links[0], 3)
        #expect(first.status == 200 && second.status == 200 && links(access) == 2)
        // A quota of its own is another's.
        for _ in 0..<2 { _ = try call(access, "all") }
        #expect(links(access) == 4)
    }

    @Test func whoMayHaveOneMorePassesByWhoMayNot() throws {
        let access = harness()
        let first = try ["ann", "bob", "cat", "dan"].map { try call(access, $0) }
        let again = try call(access, "ann", "u")
        let next = try call(access, "eve")
        #expect(links(access) == 4)
        try serve(access, 1)
        #expect(first[1].status == 200 && links(access) == 5)
        try serve(access, 4)
        #expect(next.status == 200 && again.isWaiting)
        try serve(access, 0)
        #expect(first[0].status == 200 && links(access) == 6)
        try serve(access, 5, "u")
        #expect(again.status == 200)
    }

    @Test func aClientThatNeverCameToBeMakesRoomForItsPrincipalsNext() throws {
        let access = harness()
        let (first, second) = (try call(access, "ann"), try call(access, "ann"))
        first.hangUp()
        access.harness.time.run()
        #expect(links(access) == 2)
        try serve(access, 1)
        #expect(second.status == 200)
    }

    @Test func anIdleClientOfItsOwnMakesRoomAndAnothersStays() throws {
        let access = harness()
        for (index, token) in ["bob", "ann"].enumerated() {
            _ = try call(access, token)
            try serve(access, index)
        }
        let next = try call(access, "ann", "u")
        #expect(access.harness.transport.links.map(\.closeCodes) == [[], [1000], []])
        try serve(access, 2, "u")
        #expect(next.status == 200)
    }

    @Test func pastAQuarterOfAHostsLineACallIsRefusedAndAnothersIsNot() throws {
        let access = harness { $0.maxSessions = 100 }
        for name in ["ann", "bob", "cat", "dan"] { _ = try call(access, name) }
        let line = try call(access, "ann")
        let refused = try call(access, "ann")
        #expect(refused.status == 503 && refused.string("code") == "capacity", "\(refused.text)")
        #expect(refused.text.contains("all that may be this caller's"))
        #expect(try line.isWaiting && call(access, "bob").isWaiting)
        line.hangUp()
        #expect(try call(access, "ann").isWaiting)
    }
}
