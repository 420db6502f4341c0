import Gateway
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// A uri that may be looked up, and leads to an address that may not be connected to.
@Suite struct ForbiddenAddressTests {
    private let harness = GatewayHarness()
    private let uri = #""uri":"ws://localhost:4000/s""#

    private func expectRefused(_ answer: GatewayHarness.Pending) {
        #expect(answer.status == 403 && answer.string("code") == "endpoint-not-allowed", "\(answer.text)")
        #expect(answer.json.member("retryable")?.bool == false)
        #expect(answer.string("detail")?.contains("127.0.0.1") == false)
    }

    private func refuse() throws {
        try #require(harness.transport.links.last).handler.transportFailed(.notAllowed)
        harness.time.run()
    }

    @Test func theTransportIsGivenThePolicyOfTheList() throws {
        _ = try harness.send(.post, "/sessions", "{\(uri)}")
        let policy = try #require(harness.transport.links.last?.endpoint.allowedAddresses)
        #expect(policy == AddressPolicy(allowsGlobal: false, blocks: AddressBlock.loopback))
    }

    @Test func asASessionIsMadeItIs403AndNothingIsLeft() throws {
        let answer = try harness.send(.post, "/sessions", "{\(uri)}")
        try refuse()
        expectRefused(answer)
        harness.transport.advance(.seconds(600))
        #expect(harness.transport.links.count == 1 && harness.gateway.sessionCount == 0)
    }

    @Test func inCallsAndListenersItIs403() throws {
        let call = try harness.send(.post, "/call", #"{\#(uri),"topic":"t","event":"e"}"#)
        try refuse()
        expectRefused(call)
        #expect(call.string("stage") == "connect")
        let listener = try harness.send(
            .get, "/listen?uri=ws://localhost:4000/s&topic=t", headers: [.accept: "application/x-ndjson"])
        try refuse()
        expectRefused(listener)
        harness.transport.advance(.seconds(600))
        #expect(harness.transport.links.count == 2)
    }

    @Test func aSessionThatConnectsAgainGivesUpAtOnceAndSaysWhy() throws {
        let pending = try harness.send(.post, "/sessions", "{\(uri)}")
        let link = try #require(harness.transport.links.last)
        link.accept()
        let session = SessionHarness(harness: harness, id: try #require(pending.string("id")), link: link)
        link.handler.transportClosed(code: 1012, reason: "")
        harness.transport.advance(.seconds(1))
        try refuse()
        harness.transport.advance(.seconds(600))
        #expect(harness.transport.links.count == 2)
        let down = try session.send(.get, "")
        #expect(down.string("state") == "disconnected")
        #expect(down.json.member("upstream")?.member("retry_in")?.kind == .null, "\(down.text)")
        #expect(down.json.member("upstream")?.member("reason")?.string?.contains("allow_uris") == true)
        let events = try session.send(.get, "/events?kind=connect_failed")
        #expect(events.text.contains("allow_uris") && !events.text.contains("127.0.0.1"))
        expectRefused(try session.send(.get, "?until=connected&wait=5s"))
        let again = try session.send(.post, "/connect")
        try refuse()
        expectRefused(again)
    }
}
