import Gateway
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// api.md, "Model": a session that ends on `overflow:"close"`, and who waits on it.
@Suite struct OverflowTests {
    private let harness = GatewayHarness()

    private func session(_ maxEntries: Int) throws -> SessionHarness {
        let session = try harness.session(#","log":{"max_entries":\#(maxEntries),"overflow":"close"}"#)
        try session.join("t")
        return session
    }

    private func overflow(_ session: SessionHarness, _ count: Int = 3) {
        for _ in 0..<count { session.push("e") }
    }

    @Test func aLogThatClosesSaysSo() throws {
        let session = try session(4)
        let answers = [try session.send(.get, ""), try session.send(.patch, "", #"{"idle_timeout":"1m"}"#)]
        let listed = try #require(try harness.send(.get, "/sessions").json.member("sessions")?.elements().first)
        for json in answers.map(\.json) + [listed] {
            #expect(json.member("log")?.member("overflow")?.string == "close")
            #expect(json.member("log")?.member("max_entries")?.integer == 4)
        }
    }

    @Test func whoWaitsForAStateIsToldOfAnOverflow() throws {
        let session = try session(4)
        let waiting = [
            try session.send(.get, "?until=disconnected&wait=30s"),
            try session.send(.get, "/topics/t?until=left&wait=30s"), try session.send(.put, "/topics/u?wait=30s"),
            try session.send(.post, "/await?wait=30s", #"{"event":"never"}"#),
            try session.send(.get, "/topics/t/presence?wait=30s"),
            try session.send(.post, "/topics/t/push?wait=30s", #"{"event":"e"}"#),
        ]
        #expect(waiting.allSatisfy { $0.isWaiting })
        overflow(session)
        for answer in waiting {
            #expect(answer.status == 410 && answer.string("reason") == "overflow", "\(answer.text)")
        }
    }

    @Test func whoWaitsForTheRejoinsIsToldOfAnOverflow() throws {
        let session = try session(3)
        _ = try session.send(.post, "/disconnect")
        session.link.handler.transportClosed(code: 1000, reason: "")
        harness.time.run()
        let connect = try session.send(.post, "/connect?wait=30s")
        let link = try #require(harness.transport.links.last)
        link.accept()
        harness.time.run()
        #expect(connect.status == 410 && connect.string("reason") == "overflow", "\(connect.text)")
        #expect(link.closeCodes == [1000] && harness.gateway.sessionCount == 0)
    }
}
