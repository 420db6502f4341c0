import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

@testable import Gateway

/// What an ended session lets go of, though it is still known to somebody: a key keeps its request for 10 minutes.
@Suite struct SessionEndTests {
    @Test func anEndedSessionKnowsOfNoReply() throws {
        let transport = ScriptedTransport()
        let body = #"{"uri":"ws://127.0.0.1:4000/s","topics":[{"topic":"t"}]}"#
        let request = Request(
            id: "r", method: .post, target: try RequestTarget(Array("/sessions".utf8)), body: Array(body.utf8))
        let spec = try SessionSpecReader(configuration: GatewayConfiguration())
            .spec(try BodyReader(request, SessionSpecReader.members, depth: 3), for: .everyone)
        let session = Session(
            id: .random(node: "n"), spec: spec, memory: LogMemory(limit: 1_000_000),
            deadlines: Deadlines(time: ManualTime()), onEnd: { _, _ in })
        _ = session.start(over: transport, sharing: SharedSockets(transport: transport), Wait(requestID: "r"))
        let link = try #require(transport.links.first)
        link.accept()
        link.handler.transportReceived([
            .text(Array(#"["1","1","t","phx_reply",{"response":{},"status":"ok"}]"#.utf8))
        ])
        _ = try session.push(OutgoingPush("t", "e", .json(.emptyObject)), Wait(requestID: "r"))
        #expect(session.locked { state, _ in state.replies.orderedCount } == 1)
        session.end(.deleted)
        #expect(session.locked { state, _ in state.replies.orderedCount } == 0)
    }
}
