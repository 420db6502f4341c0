import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// api.md, "Model": every answer that caused something carries `cursor`, the log's position before it, failures too.
@Suite struct CausedCursorTests {
    private let session: SessionHarness
    private let before: String

    typealias Pending = GatewayHarness.Pending

    init() throws {
        session = try GatewayHarness().session()
        try session.join()
        before = try session.latest()
    }

    private func pass(_ duration: Duration) { session.harness.time.advance(by: duration) }

    private func expectCursor(_ answer: Pending, _ status: Int, _ code: String?) {
        #expect(answer.status == status && answer.string("code") == code, "\(answer.text)")
        #expect(answer.string("cursor") == before, "\(answer.text)")
    }

    // MARK: Pushes

    @Test(arguments: [nil, "k"]) func aReplyThatDoesNotComeInTime(_ key: String?) throws {
        let headers: HTTPFields = key.map { [.testIdempotencyKey: $0] } ?? [:]
        let push = try session.send(.post, "/topics/t/push?wait=1s", #"{"event":"e"}"#, headers: headers)
        session.receive(#"["1",null,"t","caused",{}]"#)
        pass(.milliseconds(1_100))
        expectCursor(push, 504, "reply-timeout")
        let ref = try #require(push.string("ref"))
        expectCursor(try session.send(.get, "/replies/\(ref)"), 504, "reply-timeout")
        let waiting = try session.send(.get, "/replies/\(ref)?wait=1s")
        pass(.milliseconds(1_100))
        expectCursor(waiting, 504, "reply-timeout")
    }

    @Test func aReplyThatIsLost() throws {
        let push = try session.send(.post, "/topics/t/push?wait=30s", #"{"event":"e"}"#)
        session.receive(#"["1","1","t","phx_error",{}]"#)
        expectCursor(push, 410, "reply-lost")
        let ref = try #require(push.string("ref"))
        expectCursor(try session.send(.get, "/replies/\(ref)"), 410, "reply-lost")
    }

    @Test func aPushWhoseJoinIsRefused() throws {
        let refused = try session.send(.post, "/topics/u/push?wait=5s&join=true", #"{"event":"e"}"#)
        session.reply(2, on: "u", joinRef: 2, status: "error", #"{"reason":"no"}"#)
        expectCursor(refused, 403, "join-rejected")
    }

    @Test func aPushWhoseJoinIsLate() throws {
        let late = try session.send(.post, "/topics/u/push?wait=1s&join=true", #"{"event":"e"}"#)
        pass(.milliseconds(1_100))
        expectCursor(late, 504, "join-timeout")
    }

    // MARK: Joins and leaves

    @Test(arguments: [
        (#"{"reason":"no"}"#, 403, "join-rejected"), (#"{"reason":"unmatched topic"}"#, 404, "unmatched-topic"),
    ])
    func aJoinThatIsRefused(_ response: String, _ status: Int, _ code: String) throws {
        let join = try session.send(.put, "/topics/u")
        session.reply(2, on: "u", joinRef: 2, status: "error", response)
        expectCursor(join, status, code)
    }

    @Test(arguments: [nil, "k"]) func aJoinThatIsLate(_ key: String?) throws {
        let headers: HTTPFields = key.map { [.testIdempotencyKey: $0] } ?? [:]
        let join = try session.send(.put, "/topics/u?wait=1s", headers: headers)
        pass(.milliseconds(1_100))
        expectCursor(join, 504, "join-timeout")
    }

    @Test func aJoinThatIsGivenUp() throws {
        let join = try session.send(.put, "/topics/u")
        try session.send(.delete, "/topics/u")
        expectCursor(join, 409, "not-joined")
    }

    @Test func aJoinWhoseConnectionIsLost() throws {
        let join = try session.send(.put, "/topics/u")
        session.link.handler.transportClosed(code: 1006, reason: "")
        session.harness.time.run()
        expectCursor(join, 503, "disconnected")
    }

    @Test func aLeaveThatIsNotWaitedForOrIsLate() throws {
        let leave = try session.send(.delete, "/topics/t?wait=0")
        expectCursor(leave, 202, nil)
        let late = try session.send(.delete, "/topics/t?wait=1s")
        pass(.milliseconds(1_100))
        expectCursor(late, 504, "leave-timeout")
    }

    // MARK: Sessions

    @Test func aDisconnectThatIsLate() throws {
        let late = try session.send(.post, "/disconnect?wait=1s")
        pass(.milliseconds(1_100))
        expectCursor(late, 504, "await-timeout")
    }

    @Test func aSessionThatIsNotKeptHasNone() throws {
        let harness = session.harness
        let body = #"{"uri":"ws://127.0.0.1:4000/","topics":[{"topic":"u"}]}"#
        let late = try harness.send(.post, "/sessions?wait=1s", body)
        pass(.milliseconds(1_100))
        #expect(late.status == 504 && late.string("cursor") == nil)
    }
}
