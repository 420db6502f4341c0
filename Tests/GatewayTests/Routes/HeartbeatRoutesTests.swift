import Gateway
import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// `?heartbeat=`, in "Messages and events": newlines ahead of a JSON answer that is waited for.
@Suite struct HeartbeatRoutesTests {
    private let harness = GatewayHarness()

    private func waiting(_ session: SessionHarness, _ query: String, _ headers: HTTPFields = [:]) throws
        -> StreamHarness
    {
        try StreamHarness(session, "/messages?after=latest&\(query)", accept: "*/*", headers: headers)
    }

    private func joined() throws -> SessionHarness {
        let session = try harness.session()
        try session.join()
        return session
    }

    private func json(_ text: String) throws -> JSONSlice {
        try JSONText(validating: Array(text.utf8), limits: .lenient).slice
    }

    @Test func newlinesComeAheadOfTheAnswer() throws {
        let session = try joined()
        let read = try waiting(session, "wait=50s&heartbeat=10s")
        #expect(read.head.status == 200 && read.head.headers[.contentType] == "application/json")
        #expect(read.head.headers[.testAccelBuffering] == "no")
        #expect(read.received() == "")
        harness.time.advance(by: .milliseconds(10_050))
        #expect(read.received() == "\n")
        harness.time.advance(by: .milliseconds(10_050))
        session.push("e")
        let text = read.received()
        #expect(text.hasPrefix("\n{"))
        #expect(try json(text).member("messages")?.elements().first?.member("event")?.string == "e")
        #expect(read.body.end == .finished)
        harness.time.advance(by: .seconds(100))
        #expect(read.received() == "")
    }

    @Test func aWaitInVainEndsWithTheEmptyAnswer() throws {
        let read = try waiting(try joined(), "wait=3s&heartbeat=2s")
        harness.time.advance(by: .seconds(4))
        let text = read.received()
        #expect(text.hasPrefix("\n{\"messages\":[],\"next\":") && text.hasSuffix(",\"more\":false}"))
    }

    @Test func aLaterFailureStandsInTheAnswer() throws {
        let session = try joined()
        let read = try waiting(session, "wait=50s&heartbeat=10s")
        #expect(try session.send(.delete, "").status == 204)
        let problem = try #require(try json(read.received()).member("problem"))
        #expect(problem.member("code")?.string == "session-ended" && problem.member("status")?.integer == 410)
        #expect(read.body.end == .finished)
    }

    @Test func whatIsThereAtOnceIsAnsweredAsEver() throws {
        let session = try joined()
        session.push("e")
        let read = try session.send(.get, "/messages?wait=5s&heartbeat=10s")
        #expect(read.stream == nil && read.json.member("messages")?.elements().count == 1)
        #expect(try session.send(.get, "/messages?after=latest&heartbeat=10s").stream == nil)
        #expect(try session.send(.get, "/messages?after=elsewhere-1&wait=5s&heartbeat=10s").status == 410)
    }

    @Test func thePreferenceIsToldAtTheHead() throws {
        let read = try waiting(try joined(), "heartbeat=10s", [.testPrefer: "wait=90"])
        #expect(read.head.headers[.testPreferenceApplied] == "wait=55")
    }

    @Test func aClientThatGoesIsDropped() throws {
        let session = try harness.session(#","idle_timeout":"60s""#)
        let read = try waiting(session, "wait=50s&heartbeat=10s")
        read.body.abandon()
        harness.time.advance(by: .seconds(61))
        #expect(harness.gateway.sessionCount == 0)
    }

    @Test(arguments: ["0", "500ms", "61s", "soon", ""]) func anotherHeartbeatIs400(_ text: String) throws {
        #expect(try joined().send(.get, "/messages?wait=5s&heartbeat=\(text)").status == 400)
    }

    @Test func aStreamTakesNoHeartbeat() throws {
        let headers: HTTPFields = [.accept: "text/event-stream"]
        let refused = try joined().send(.get, "/messages?heartbeat=10s", headers: headers)
        #expect(refused.status == 400 && refused.string("detail")?.contains("heartbeat") == true)
    }
}
