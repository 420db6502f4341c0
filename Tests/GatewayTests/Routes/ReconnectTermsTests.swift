import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// api.md, "Model": what a reconnect does not bring back, and how long it waits.
@Suite struct ReconnectTermsTests {
    private let harness = GatewayHarness()

    @Test func aClosedTopicIsNotJoinedAnewAfterAReconnect() throws {
        let session = try harness.session()
        try session.join()
        session.receive(#"["1","1","t","phx_close",{}]"#)
        session.link.handler.transportClosed(code: 1012, reason: "")
        harness.transport.advance(.seconds(1))
        harness.transport.links[1].accept()
        harness.transport.advance(.seconds(60))
        let frames = harness.transport.links[1].sentTexts()
        #expect(frames.allSatisfy { $0.contains("heartbeat") })
        #expect(try session.send(.get, "/topics/t").string("state") == "closed")
        #expect(try session.kinds() == ["connected", "joined", "topic_closed", "disconnected", "connected"])
    }

    @Test(arguments: [429, 503]) func theNextAttemptWaitsForRetryAfter(_ status: Int) throws {
        let session = try harness.session()
        session.link.handler.transportClosed(code: 1012, reason: "")
        harness.transport.advance(.seconds(1))
        let refusal = UpgradeRefusal(
            status: status, headers: [Endpoint.Header(name: "Retry-After", value: "7")], now: 0)
        harness.transport.links[1].handler.transportFailed(.refused(refusal))
        let entry = try session.send(.get, "/events?kind=connect_failed").json.member("events")?.elements().first
        let told = try session.send(.get, "").json.member("upstream")
        for retryIn in [entry?.member("retry_in"), told?.member("retry_in")] {
            let seconds = try #require(retryIn.flatMap { Double(String(decoding: $0.bytes, as: UTF8.self)) })
            #expect(seconds >= 7 && seconds < 8)
        }
        harness.transport.advance(.milliseconds(6_900))
        #expect(harness.transport.links.count == 2)
        harness.transport.advance(.seconds(1))
        #expect(harness.transport.links.count == 3)
    }
}
