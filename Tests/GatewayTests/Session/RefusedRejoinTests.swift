import Gateway
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// Commands that the connection refuses, on a topic that it joins anew by itself: they change nothing of that.
@Suite struct RefusedRejoinTests {
    /// A request, the rest of its body, and its answer.
    struct Command: Sendable {
        let method: HTTPRequest.Method
        let path: String
        let body: String
        let status: Int

        /// One that the full outbox leaves no room for.
        static let backlogged = [
            Command(method: .put, path: "/topics/t", body: "{}", status: 429),
            Command(method: .put, path: "/topics/t", body: #"{"params":{"n":1}}"#, status: 429),
            Command(method: .post, path: "/topics/t/push?join=true", body: #"{"event":"e"}"#, status: 429),
        ]
        static let tooLarge = Command(
            method: .put, path: "/topics/t", body: #"{"params":{"x":"\#(String(repeating: "x", count: 1_000))"}}"#,
            status: 413)
    }

    @Test(arguments: Command.backlogged + [.tooLarge])
    func theRejoinGoesOnAndIsTold(_ command: Command) throws {
        let harness = GatewayHarness {
            $0.connection.maxFrameBytes = 1_000
            $0.connection.maxOutboxBytes = 500
        }
        let session = try harness.session()
        try session.join()
        try session.send(.put, "/topics/u")
        session.reply(2, on: "u", joinRef: 2)
        _ = session.link.sent()
        session.receive(#"["1","1","t","phx_error",{}]"#)
        let large = #"{"event":"e","payload":{"x":"\#(String(repeating: "x", count: 600))"}}"#
        #expect(try session.send(.post, "/topics/u/push", large).status == 202)
        let refused = try session.send(command.method, command.path, command.body)
        #expect(refused.status == command.status && refused.string("topic") == "t", "\(refused.text)")
        #expect(session.link.sent().count == 1)
        harness.transport.advance(.seconds(1))
        #expect(session.link.sentTexts() == [#"["4","4","t","phx_join",{}]"#])
        session.reply(4, joinRef: 4)
        #expect(try session.kinds() == ["connected", "joined", "joined", "topic_error", "joined", "gap"])
        // It has the params that it was joined with, and is joined upstream as it is here.
        #expect(try session.send(.put, "/topics/t").status == 200)
        #expect(try session.send(.delete, "/topics/t").isWaiting)
        #expect(session.link.sentTexts() == [#"["4","5","t","phx_leave",{}]"#])
    }
}
