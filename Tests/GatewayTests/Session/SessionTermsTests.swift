import Gateway
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// api.md, "Model" and "Sessions": durations of a session's, and listed topics that fail.
@Suite struct SessionTermsTests {
    private let harness = GatewayHarness()

    private func create(_ members: String) throws -> GatewayHarness.Pending {
        try harness.send(.post, "/sessions?wait=0", #"{"uri":"ws://127.0.0.1:4000/"\#(members)}"#)
    }

    @Test(arguments: [
        (#""1s""#, "1"), ("1", "1"), ("1.5", "1.500"), (#""1500ms""#, "1.500"), (#""2m""#, "120"), (#""24h""#, "86400"),
        ("86400", "86400"),
    ])
    func anIdleTimeoutIsFromASecondToADay(_ text: String, _ seconds: String) throws {
        let answer = try create(#","idle_timeout":\#(text)"#)
        #expect(answer.status == 202)
        let told = try #require(answer.json.member("expires_in"))
        #expect(String(decoding: told.bytes, as: UTF8.self) == seconds)
    }

    @Test(arguments: [
        #""999ms""#, "86401", #""25h""#, "0", "1e1", "-1", #""+1s""#, #""-1s""#, #""1e1s""#, #""1d""#, #""""#, "true",
    ])
    func anotherIdleTimeoutIs400AndPointedTo(_ text: String) throws {
        let answer = try create(#","idle_timeout":\#(text)"#)
        #expect(answer.status == 400)
        #expect(answer.json.member("errors")?.elements().first?.member("pointer")?.string == "/idle_timeout")
        #expect(harness.gateway.sessionCount == 0 && harness.transport.links.isEmpty)
    }

    @Test func aSessionThatNobodyNamesForFiveMinutesEnds() throws {
        let session = try harness.session()
        harness.time.advance(by: .seconds(299))
        #expect(harness.gateway.sessionCount == 1)
        harness.time.advance(by: .seconds(3))
        #expect(harness.gateway.sessionCount == 0 && session.link.closeCodes == [1000])
        #expect(try session.send(.get, "").string("reason") == "idle")
    }

    // MARK: Listed topics

    private func creating() throws -> (pending: GatewayHarness.Pending, link: ScriptedLink) {
        let pending = try harness.send(
            .post, "/sessions", #"{"uri":"ws://127.0.0.1:4000/","topics":[{"topic":"t"},{"topic":"u"}]}"#)
        let link = try #require(harness.transport.links.last)
        link.accept()
        harness.time.run()
        return (pending, link)
    }

    private func expectNothingLeft(_ link: ScriptedLink) {
        #expect(harness.gateway.sessionCount == 0 && harness.gateway.logBytes == 0)
        harness.transport.advance(.seconds(100))
        #expect(harness.transport.links.count == 1)
    }

    @Test(arguments: [
        ("unauthorized", "\"2\"", 403, "join-rejected"), ("unmatched topic", "null", 404, "unmatched-topic"),
        ("too many channels joined", "\"2\"", 503, "too-many-topics"),
    ])
    func aListedTopicFailsAsAJoinDoesWithItsTopic(
        _ reason: String, _ joinRef: String, _ status: Int, _ code: String
    ) throws {
        let (pending, link) = try creating()
        link.receive(#"[\#(joinRef),"2","u","phx_reply",{"response":{"reason":"\#(reason)"},"status":"error"}]"#)
        harness.time.run()
        #expect(pending.status == status && pending.string("code") == code, "\(pending.text)")
        #expect(pending.string("topic") == "u")
        #expect(pending.json.member("retryable")?.bool == false)
        #expect(link.closeCodes == [1000])
        expectNothingLeft(link)
    }

    @Test func aListedTopicThatIsNotAnsweredIs504WithItsTopic() throws {
        let (pending, link) = try creating()
        link.receive(#"["1","1","t","phx_reply",{"response":{},"status":"ok"}]"#)
        harness.time.advance(by: .milliseconds(5_100))
        #expect(pending.status == 504 && pending.string("code") == "join-timeout" && pending.string("topic") == "u")
        #expect(link.closeCodes == [1000])
        expectNothingLeft(link)
    }

    @Test func aConnectionThatIsLostBeforeTheJoinsIs503() throws {
        let (pending, link) = try creating()
        link.handler.transportClosed(code: 1012, reason: "")
        harness.time.run()
        #expect(pending.status == 503 && pending.string("code") == "disconnected", "\(pending.text)")
        expectNothingLeft(link)
    }
}
