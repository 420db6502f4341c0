import Gateway
import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// The bound on what all logs hold together, as the issue puts it: near it new sessions get 503, and the oldest entries
/// that were read go first, told as gaps.
@Suite struct LogMemoryTests {
    private let harness = GatewayHarness { $0.maxLogBytes = 100_000 }
    private let payload = "\"\(String(repeating: "x", count: 1_000))\""

    private func joined(_ members: String = "") throws -> SessionHarness {
        let session = try harness.session(members)
        try session.join()
        return session
    }

    /// So many messages, a second apart, as much as 10 of them being a little more than a tenth of the bound.
    private func push(_ count: Int, to session: SessionHarness) {
        for _ in 0..<count {
            session.push("e", payload)
            harness.time.advance(by: .seconds(1))
        }
    }

    private func entries(_ session: SessionHarness) throws -> Int {
        try #require(try session.send(.get, "").json.member("log")?.member("entries")?.integer)
    }

    private func firstGap(_ session: SessionHarness) throws -> (reason: String?, dropped: Int?)? {
        let first = try session.send(.get, "/messages?limit=1").json.member("messages")?.elements().first
        guard let first, first.member("kind")?.string == "gap" else { return nil }
        return (first.member("reason")?.string, first.member("dropped")?.integer)
    }

    @Test func theOldestThatWereReadGoFirstWhosesoeverTheyAre() throws {
        let unread = try joined()
        push(20, to: unread)
        let old = try joined()
        push(20, to: old)
        let young = try joined()
        push(20, to: young)
        #expect(try old.send(.get, "/messages").status == 200)
        #expect(try young.send(.get, "/messages").status == 200)
        #expect(try [unread, old, young].map(entries) == [22, 22, 22])
        push(16, to: young)
        let kept = try [unread, old, young].map(entries)
        // An eighth of the bound was freed, by the oldest that anybody had read, and by no others.
        #expect(kept[0] == 22 && kept[1] < 12 && kept[1] > 0 && kept[2] == 38)
        #expect(try firstGap(unread) == nil && firstGap(young) == nil)
        let gap = try #require(try firstGap(old))
        #expect(gap.reason == "overflow" && gap.dropped == 22 - kept[1])
    }

    @Test func withNothingReadTheOldestOfAllGo() throws {
        let old = try joined()
        push(40, to: old)
        let young = try joined()
        push(40, to: young)
        let kept = try [old, young].map(entries)
        #expect(kept[0] < 42 && kept[1] == 42)
        #expect(try firstGap(old)?.reason == "overflow")
    }

    @Test func aSessionThatWouldRatherEndThanLoseAnythingEnds() throws {
        let closing = try joined(#","log":{"overflow":"close"}"#)
        push(20, to: closing)
        let other = try joined()
        push(60, to: other)
        #expect(try closing.send(.get, "").string("reason") == "overflow")
        #expect(try entries(other) == 62)
    }

    @Test func nearTheBoundNewSessionsAreRefusedUntilThereIsRoom() throws {
        let session = try joined()
        push(70, to: session)
        #expect(try harness.send(.get, "/readyz").status == 200)
        // So much that the waiting thread has to make room, and hasn't come to it yet.
        let frame = Frame.text(Array(#"["1",null,"t","e",\#(payload)]"#.utf8))
        session.link.handler.transportReceived([Frame](repeating: frame, count: 10))
        for (method, path) in [(HTTPRequest.Method.post, "/sessions"), (.get, "/readyz")] {
            let request = Request(
                id: "r", method: method, target: try RequestTarget(Array(path.utf8)), headers: [.testHost: "localhost"],
                body: Array((method == .post ? #"{"uri":"ws://127.0.0.1/s"}"# : "").utf8))
            let refused = GatewayHarness.Pending(harness.gateway.respond(to: request))
            #expect(refused.status == 503 && refused.string("code") == "capacity")
            #expect(refused.headers[.retryAfter] == "5")
        }
        harness.time.run()
        #expect(try harness.send(.get, "/readyz").status == 200)
        #expect(harness.transport.links.count == 1)
    }

    @Test func aLogThatShrinksOrEndsGivesItsRoomBack() throws {
        let session = try joined()
        push(10, to: session)
        let before = harness.gateway.logBytes
        let told = try session.send(.get, "").json.member("log")?.member("bytes")?.integer
        #expect(before == told && before > 10_000)
        #expect(try session.send(.delete, "/messages?through=\(try session.latest())").status == 204)
        #expect(harness.gateway.logBytes == 0)
        push(10, to: session)
        #expect(harness.gateway.logBytes > 10_000)
        #expect(try session.send(.delete, "").status == 204)
        #expect(harness.gateway.logBytes == 0)
    }
}
