import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// api.md, "Messages and events": how much is answered at once, and how many wait.
@Suite struct ReadBoundsTests {
    private let session: SessionHarness

    init() throws {
        session = try GatewayHarness().session()
        try session.join()
    }

    private func count(_ query: String) throws -> (messages: Int?, more: Bool?) {
        let read = try session.send(.get, "/messages\(query)")
        return (read.json.member("messages")?.elements().count, read.json.member("more")?.bool)
    }

    @Test func withoutALimitAHundredComeAtOnce() throws {
        for _ in 0..<150 { session.push("e") }
        #expect(try count("") == (100, true))
        #expect(try count("?limit=1000") == (150, false))
        #expect(try count("?limit=1") == (1, true))
        for limit in ["0", "1001", "-1", "1.0", ""] {
            #expect(try session.send(.get, "/messages?limit=\(limit)").status == 400, "\(limit)")
        }
    }

    @Test func waitingReadsLeaveRoomForPushes() throws {
        for _ in 0..<1_024 { #expect(try session.send(.get, "/messages?after=latest&wait=30s").isWaiting) }
        let refused = try session.send(.get, "/messages?after=latest&wait=30s")
        #expect(refused.status == 429 && refused.headers[.retryAfter] == "1")
        #expect(try session.send(.post, "/topics/t/push?wait=30s", #"{"event":"e"}"#).isWaiting)
    }

    @Test func waitingPushesLeaveRoomForReads() throws {
        for _ in 0..<1_024 {
            #expect(try session.send(.post, "/topics/t/push?wait=30s", #"{"event":"e"}"#).isWaiting)
        }
        #expect(try session.send(.post, "/topics/t/push?wait=30s", #"{"event":"e"}"#).status == 429)
        #expect(try session.send(.get, "/messages?after=latest&wait=30s").isWaiting)
    }
}
