import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// api.md, "Model": the cursor of a push is from before it took effect.
@Suite struct PushCursorTests {
    private let session: SessionHarness
    private let before: String

    init() throws {
        session = try GatewayHarness().session()
        try session.join()
        before = try session.latest()
    }

    private func push(_ query: String = "") throws -> GatewayHarness.Pending {
        try session.send(.post, "/topics/t/push\(query)", #"{"event":"e"}"#)
    }

    /// The server tells of what the push caused ahead of its reply.
    private func answered(_ status: String) {
        session.receive(
            #"["1",null,"t","caused",{}]"#, #"["1","2","t","phx_reply",{"response":{},"status":"\#(status)"}]"#)
    }

    private func expectNothingMissed(_ answer: GatewayHarness.Pending) throws {
        let cursor = try #require(answer.string("cursor"), "\(answer.text)")
        #expect(cursor == before)
        let events = try session.send(.get, "/events?after=\(cursor)").json.member("events")?.elements()
        #expect(events?.compactMap { $0.member("kind")?.string } == ["message", "reply"])
    }

    @Test(arguments: [("", "ok", 202), ("?wait=5s", "ok", 200), ("?wait=5s", "odd", 200), ("?wait=5s", "error", 422)])
    func theCursorOfAPushIsFromBeforeIt(_ query: String, _ reply: String, _ status: Int) throws {
        let answer = try push(query)
        answered(reply)
        #expect(answer.status == status)
        try expectNothingMissed(answer)
    }

    @Test func anErrorThatIsAnsweredAs200HasItToo() throws {
        let answer = try push("?wait=5s&reply_errors=200")
        answered("error")
        #expect(answer.status == 200 && answer.string("status") == "error")
        try expectNothingMissed(answer)
    }
}
