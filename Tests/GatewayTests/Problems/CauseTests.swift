import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// api.md, "Sessions", "Topics" and "Messages and events": a problem says what it came of, and what helps.
@Suite struct CauseTests {
    private let harness = GatewayHarness()

    @Test func aTopicThatTheUpstreamClosedWasNotLeft() throws {
        let session = try harness.session()
        try session.join()
        session.receive(#"["1","1","t","phx_close",{}]"#)
        let answer = try session.send(.get, "/topics/t?until=joined")
        #expect(answer.status == 409 && answer.string("code") == "not-joined")
        #expect(answer.string("title") == "The upstream closed the topic")
        #expect(answer.string("detail")?.contains("join it with PUT") == true)
    }

    @Test func aWaitForAConnectionThatKeepsFailingTellsWhy() throws {
        let session = try harness.session()
        session.link.handler.transportClosed(code: 1012, reason: "bye")
        let waiting = try session.send(.get, "?until=connected&wait=1s")
        harness.time.advance(by: .milliseconds(1_100))
        #expect(waiting.status == 504 && waiting.string("code") == "await-timeout")
        let upstream = waiting.json.member("upstream")
        #expect(upstream?.member("cause")?.string == "server" && upstream?.member("code")?.integer == 1012)
        #expect(upstream?.member("retry_in") != nil)
        let immediate = try session.send(.get, "?until=connected&wait=0")
        #expect(immediate.json.member("upstream")?.member("reason")?.string == "bye")
    }

    @Test func anUpstreamThatSaysWhenToComeAgainIsPassedOn() throws {
        let answer = try harness.send(.post, "/sessions", #"{"uri":"ws://127.0.0.1:4000/"}"#)
        let refusal = UpgradeRefusal(
            status: 429, headers: [Endpoint.Header(name: "Retry-After", value: "7")], now: 0)
        harness.transport.links[0].handler.transportFailed(.refused(refusal))
        #expect(answer.status == 502 && answer.headers[.retryAfter] == "7")
        #expect(answer.json.member("retryable")?.bool == true)
    }

    @Test func aTokenThatIsNotTakenIsNotTriedForNothing() throws {
        let answer = try harness.send(.post, "/sessions", #"{"uri":"ws://127.0.0.1:4000/","auth_token":"x"}"#)
        harness.transport.links[0].handler.transportFailed(.tokenNotTaken)
        #expect(answer.status == 502 && answer.json.member("retryable")?.bool == false)
        #expect(answer.string("detail")?.contains("'auth_token: true'") == true)
    }

    @Test(arguments: [("1h", "wait=55"), ("55s", nil), ("1s", nil)])
    func onlyAWaitThatIsShortenedIsToldSo(_ wait: String, _ applied: String?) throws {
        let session = try harness.session()
        let read = try session.send(.get, "/messages?wait=\(wait)")
        harness.time.advance(by: .seconds(56))
        #expect(read.status == 200 && read.headers[.testPreferenceApplied] == applied)
    }
}
