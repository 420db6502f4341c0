import Gateway
import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// What an open stream costs and keeps: "Messages and events" and "Waiting".
@Suite struct StreamCustodyTests {
    private let harness = GatewayHarness()
    private let headers: HTTPFields = [.accept: "application/x-ndjson"]

    private func joined(_ harness: GatewayHarness? = nil, _ members: String = "") throws -> SessionHarness {
        let session = try (harness ?? self.harness).session(members)
        try session.join()
        return session
    }

    @Test func aSlowReaderIsNotCutOffForABurstAndReadsOnFromTheLog() throws {
        let session = try joined()
        let stream = try StreamHarness.lines(session, "/messages")
        let payload = "\"\(String(repeating: "x", count: 1_000))\""
        var most = 0
        for number in 0..<1_000 {
            session.push("e\(number)", payload)
            most = max(most, stream.body.buffered)
        }
        #expect(stream.body.end == nil)
        // What is held for it is bounded: a chunk, whatever the burst.
        #expect(most > 0 && most < 80 * 1024)
        #expect(try stream.words() == (0..<1_000).map { "e\($0)" })
    }

    @Test func aReaderThatTheLogHasPassedGetsTheGap() throws {
        let harness = GatewayHarness { $0.log.maxEntries = 3 }
        let session = try joined(harness)
        let stream = try StreamHarness.lines(session, "/messages?after=latest")
        for number in 0..<6 { session.push("e\(number)") }
        let records = try stream.records()
        // The first was on its way to the client when the others came.
        #expect(
            records.map { $0.member("event")?.string ?? $0.member("kind")?.string } == ["e0", "gap", "e3", "e4", "e5"])
        #expect(records[1].member("reason")?.string == "overflow" && records[1].member("dropped")?.integer == 2)
    }

    @Test func streamsAndWaitingReadsShareABound() throws {
        let session = try joined()
        let streams = try (0..<1_000).map { _ in try StreamHarness.lines(session, "/messages") }
        for _ in 0..<24 { #expect(try session.send(.get, "/messages?after=latest&wait=50s").isWaiting) }
        for path in ["/messages", "/events"] {
            let refused = try session.send(.get, path + "?after=latest", headers: headers)
            #expect(refused.status == 429 && refused.headers[.retryAfter] == "1")
        }
        #expect(try session.send(.get, "/messages?after=latest&wait=50s").status == 429)
        #expect(try session.send(.get, "/messages").status == 200)
        // A client that goes makes room.
        streams[7].body.abandon()
        let next = try StreamHarness.lines(session, "/messages")
        #expect(try session.send(.get, "/messages", headers: headers).status == 429)
        session.push("e")
        #expect(try next.words() == ["e"])
    }

    @Test(arguments: [Occupancy.crowded, .full, .stopping])
    func aStreamIsRefusedWhereReadsThatWaitAre(_ occupancy: Occupancy) throws {
        let session = try joined()
        let refused = try session.send(.get, "/messages", headers: headers, occupancy: occupancy)
        #expect(refused.status == 503 && refused.string("code") == (occupancy == .stopping ? "draining" : "capacity"))
        let waiting = try session.send(.get, "/messages?after=latest&wait=5s&heartbeat=1s", occupancy: occupancy)
        #expect(waiting.status == 503)
    }

    @Test func anOpenStreamKeepsTheSessionAndItsEndStartsTheIdleTime() throws {
        let session = try joined(nil, #","idle_timeout":"60s""#)
        let stream = try StreamHarness.lines(session, "/messages")
        for _ in 0..<20 {
            harness.time.advance(by: .seconds(15))
            _ = stream.received()
        }
        #expect(harness.gateway.sessionCount == 1)
        harness.time.advance(by: .seconds(10))
        stream.body.abandon()
        harness.time.advance(by: .seconds(59))
        #expect(harness.gateway.sessionCount == 1)
        harness.time.advance(by: .seconds(2))
        #expect(harness.gateway.sessionCount == 0)
        #expect(try session.send(.get, "").string("reason") == "idle")
    }

    @Test func aStreamWhoseClientWentBeforeItBeganIsDropped() throws {
        let session = try joined(nil, #","idle_timeout":"60s""#)
        let stream = try StreamHarness.lines(session, "/messages")
        stream.body.abandon()
        session.push("e")
        #expect(stream.body.buffered == 0)
        harness.time.advance(by: .seconds(61))
        #expect(harness.gateway.sessionCount == 0)
    }
}
