import Gateway
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// api.md, "Topics": what a repeat under an `Idempotency-Key` finds out when the first request was not waited for.
@Suite struct KeyedRepeatTests {
    private let key: HTTPFields = [.testIdempotencyKey: "k"]
    private static let push = #"{"event":"e"}"#

    private func joined(_ harness: GatewayHarness = GatewayHarness()) throws -> SessionHarness {
        let session = try harness.session()
        try session.join()
        return session
    }

    // MARK: The outcome that a repeat hears first

    @Test func anErrorThatARepeatHearsStandsWhenTheLogKeepsItNoMore() throws {
        let session = try joined(GatewayHarness { $0.log.maxEntries = 1 })
        try session.send(.post, "/topics/t/push?wait=1s", Self.push, headers: key)
        session.harness.time.advance(by: .seconds(2))
        session.reply(2, status: "error", #"{"n":1}"#)
        let second = try session.send(.post, "/topics/t/push?wait=1s", Self.push, headers: key)
        #expect(second.string("code") == "push-rejected", "\(second.text)")
        session.receive(#"["1",null,"t","m",{}]"#)
        #expect(try session.send(.post, "/topics/t/push?wait=1s", Self.push, headers: key).text == second.text)
        #expect(session.link.sent().count == 1)
    }

    // MARK: A push that joins first

    @Test(arguments: [false, true]) func aRepeatThatWaitsGetsTheReplyAfterTheFirstWasAccepted(_ isJoined: Bool) throws {
        let session = try GatewayHarness().session()
        if isJoined { try session.join() }
        let first = try session.send(.post, "/topics/t/push?join=true", Self.push, headers: key)
        if !isJoined { session.reply(1) }
        #expect(first.status == 202)
        let second = try session.send(.post, "/topics/t/push?join=true", Self.push, headers: key)
        #expect(second.status == 202 && second.text == first.text)
        let third = try session.send(.post, "/topics/t/push?join=true&wait=5s", Self.push, headers: key)
        #expect(third.isWaiting)
        session.reply(2)
        #expect(third.status == 200 && third.string("ref") == first.string("ref"))
        #expect(session.link.sentTexts().count { $0.contains(#""t","e""#) } == 1)
    }

    @Test func aRepeatThatDoesNotWaitIsAcceptedAfterTheFirstDidAndWasLate() throws {
        let session = try GatewayHarness().session()
        let first = try session.send(.post, "/topics/t/push?join=true&wait=1s", Self.push, headers: key)
        session.reply(1)
        session.harness.time.advance(by: .seconds(2))
        #expect(first.string("code") == "reply-timeout")
        let second = try session.send(.post, "/topics/t/push?join=true", Self.push, headers: key)
        #expect(second.status == 202 && second.string("ref") == first.string("ref"))
    }

    // MARK: A join that was left

    @Test func aJoinRepeatedWhileItsTopicIsLeftIsNotSentAgain() throws {
        let session = try joined()
        try session.send(.put, "/topics/u?wait=1s", headers: key)
        session.harness.time.advance(by: .seconds(2))
        #expect(try session.send(.delete, "/topics/u?wait=0").status == 202)
        let again = try session.send(.put, "/topics/u", headers: key)
        #expect(again.status == 409 && again.string("detail")?.contains("left") == true, "\(again.text)")
        session.reply(3, on: "u", joinRef: 2)
        #expect(try session.send(.put, "/topics/u", headers: key).text == again.text)
        #expect(session.link.sentTexts().count { $0.contains("phx_join") } == 1)
        #expect(try session.send(.put, "/topics/u", headers: [.testIdempotencyKey: "other"]).isWaiting)
    }

    @Test func aRejoinRepeatedDuringItsOwnLeaveWaitsOn() throws {
        let session = try joined()
        try session.send(.put, "/topics/t?rejoin=true&wait=1s", headers: key)
        session.harness.time.advance(by: .seconds(2))
        let again = try session.send(.put, "/topics/t?rejoin=true", headers: key)
        #expect(again.isWaiting, "\(again.text)")
        session.reply(2)
        session.reply(3, joinRef: 3)
        #expect(again.status == 201)
        #expect(session.link.sent().count == 2)
    }
}
