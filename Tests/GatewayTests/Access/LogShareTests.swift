import Gateway
import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// Of what all logs hold together, a principal that holds more than a quarter loses unread entries before others do.
@Suite struct LogShareTests {
    private let access = AccessHarness(FakeAuthenticator(.test("ann"), .test("bob"))) { $0.maxLogBytes = 100_000 }
    private let payload = "\"\(String(repeating: "x", count: 1_000))\""

    /// A session with a topic joined.
    private func joined(_ token: String, _ members: String = "") throws -> (id: String, link: ScriptedLink) {
        let id = try access.session(token, members)
        let link = try #require(access.harness.transport.links.last)
        try access.send(token, .put, "/sessions/\(id)/topics/t?wait=0")
        link.receive(#"["1","1","t","phx_reply",{"response":{},"status":"ok"}]"#)
        return (id, link)
    }

    private func push(_ count: Int, to link: ScriptedLink) {
        for _ in 0..<count {
            link.receive(#"["1",null,"t","e",\#(payload)]"#)
            access.harness.time.advance(by: .seconds(1))
        }
    }

    @Test func whoHoldsMuchLosesUnreadEntriesAndWhoHoldsLittleKeepsItsOlderOnes() throws {
        let bob = try joined("bob")
        push(10, to: bob.link)
        let closing = try joined("bob", #","log":{"overflow":"close"}"#)
        push(5, to: closing.link)
        let ann = try joined("ann")
        push(200, to: ann.link)
        #expect(access.harness.gateway.logBytes < 100_000)
        let kept = try access.send("bob", .get, "/sessions/\(bob.id)/messages")
        #expect(kept.json.member("messages")?.elements().compactMap { $0.member("kind")?.string }.count == 10)
        #expect(!kept.text.contains("gap"))
        #expect(try access.send("bob", .get, "/sessions/\(closing.id)").status == 200)
        let lost = try access.send("ann", .get, "/sessions/\(ann.id)/messages?limit=1")
        #expect(lost.text.contains("gap"))
    }
}
