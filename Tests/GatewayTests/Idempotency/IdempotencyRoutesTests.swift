import Gateway
import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// api.md, "Sessions", "Topics" and "Errors": `Idempotency-Key` on creation, join and push, and `retryable` under it.
@Suite struct IdempotencyRoutesTests {
    private let harness = GatewayHarness()
    private let key: HTTPFields = [.testIdempotencyKey: "k"]

    private static let spec = #"{"uri":"ws://127.0.0.1:4000/socket/websocket"}"#
    private static let push = #"{"event":"e"}"#

    private func joined() throws -> SessionHarness {
        let session = try harness.session()
        try session.join()
        return session
    }

    // MARK: Creation

    @Test func aRepeatedCreationGetsTheSameSession() throws {
        let first = try harness.send(.post, "/sessions", Self.spec, headers: key)
        let second = try harness.send(.post, "/sessions", Self.spec, headers: key)
        try #require(harness.transport.links.first).accept()
        let third = try harness.send(.post, "/sessions?wait=9s", Self.spec, headers: key)
        #expect([first, second, third].map(\.status) == [201, 201, 201])
        #expect(first.text == second.text && first.text == third.text)
        #expect(third.headers[.location] == first.headers[.location])
        #expect(harness.gateway.sessionCount == 1)
        #expect(harness.transport.links.count == 1)
    }

    @Test func aCreationWhoseClientWentStandsForTheRepeat() throws {
        try harness.send(.post, "/sessions", Self.spec, headers: key).hangUp()
        try #require(harness.transport.links.first).accept()
        harness.time.run()
        #expect(harness.gateway.sessionCount == 1)
        let again = try harness.send(.post, "/sessions", Self.spec, headers: key)
        #expect(again.status == 201)
        #expect(harness.transport.links.count == 1)
    }

    @Test func withoutAKeyACreationWhoseClientWentIsThrownAway() throws {
        try harness.send(.post, "/sessions", Self.spec).hangUp()
        #expect(harness.gateway.sessionCount == 0)
    }

    @Test func aCreationThatNobodyWaitsForAnyMoreLeavesNothingBehind() throws {
        let members = #"{"uri":"ws://127.0.0.1:4000/socket/websocket","topics":[{"topic":"t"}]}"#
        let first = try harness.send(.post, "/sessions?wait=1s", members, headers: key)
        try #require(harness.transport.links.first).accept()
        harness.time.advance(by: .seconds(2))
        #expect(first.status == 504)
        #expect(first.string("code") == "join-timeout")
        #expect(harness.gateway.sessionCount == 0)
        try harness.send(.post, "/sessions", members, headers: key)
        #expect(harness.transport.links.count == 2)
    }

    @Test func aCreationThatFailedIsTriedAgain() throws {
        let first = try harness.send(.post, "/sessions", Self.spec, headers: key)
        try #require(harness.transport.links.first).handler.transportFailed(.failed(reason: "nothing listens"))
        #expect(first.status == 502)
        #expect(try harness.send(.post, "/sessions", Self.spec, headers: key).isWaiting)
        #expect(harness.transport.links.count == 2)
    }

    @Test func anotherBodyIs422AndNothingIsDone() throws {
        try harness.send(.post, "/sessions?wait=0", Self.spec, headers: key)
        let other = try harness.send(
            .post, "/sessions?wait=0", #"{"uri":"ws://127.0.0.1:4001/socket/websocket"}"#, headers: key)
        #expect(other.status == 422)
        #expect(other.string("code") == "idempotency-mismatch")
        #expect(harness.gateway.sessionCount == 1)
        #expect(try harness.send(.post, "/sessions?wait=0", Self.spec, headers: key).status == 202)
        #expect(harness.gateway.sessionCount == 1)
    }

    @Test func aBadKeyIs400() throws {
        let bad = try harness.send(.post, "/sessions", Self.spec, headers: [.testIdempotencyKey: "a b"])
        #expect(bad.status == 400)
        #expect(harness.gateway.sessionCount == 0)
    }

    // MARK: Joins

    @Test func aRepeatedJoinGetsTheOutcomeOfTheFirst() throws {
        let session = try harness.session()
        let first = try session.send(.put, "/topics/t", headers: key)
        let second = try session.send(.put, "/topics/t", headers: key)
        session.reply(1)
        let third = try session.send(.put, "/topics/t", headers: key)
        #expect([first, second, third].map(\.status) == [201, 201, 201])
        #expect(first.text == third.text)
        #expect(session.link.sent().count == 1)
    }

    @Test func aRefusedJoinIsNotSentAgainUnderItsKey() throws {
        let session = try harness.session()
        let first = try session.send(.put, "/topics/t", headers: key)
        session.reply(1, status: "error", #"{"reason":"no"}"#)
        #expect(first.status == 403)
        #expect(try session.send(.put, "/topics/t", headers: key).text == first.text)
        #expect(session.link.sent().count == 1)
    }

    @Test func aJoinWhoseWaitIsOverIsAttachedToAndNeverRejoined() throws {
        let session = try joined()
        let first = try session.send(.put, "/topics/t?rejoin=true&wait=1s", headers: key)
        harness.time.advance(by: .seconds(2))
        #expect(first.status == 504)
        session.reply(2)
        session.reply(3, joinRef: 3)
        #expect(session.link.sent().count == 2)
        let cursor = try #require(try session.send(.get, "").string("cursor"))
        let again = try session.send(.put, "/topics/t?rejoin=true", headers: key)
        #expect(again.status == 201)
        #expect(again.string("cursor") != cursor, "from before the join")
        #expect(session.link.sent() == [])
    }

    @Test func aJoinRefusedWhileNobodyWaitedSaysSo() throws {
        let session = try harness.session()
        try session.send(.put, "/topics/t", headers: key).hangUp()
        session.reply(1, status: "error", #"{"reason":"no"}"#)
        let again = try session.send(.put, "/topics/t", headers: key)
        #expect(again.status == 403)
        #expect(session.link.sent().count == 1)
    }

    // MARK: Pushes

    @Test func aRepeatedPushIsWrittenOnceAndGetsTheReply() throws {
        let session = try joined()
        let first = try session.send(.post, "/topics/t/push?wait=5s", Self.push, headers: key)
        let second = try session.send(.post, "/topics/t/push?wait=9s", Self.push, headers: key)
        session.reply(2, #"{"n":1}"#)
        let third = try session.send(.post, "/topics/t/push", Self.push, headers: key)
        #expect([first, second, third].map(\.status) == [200, 200, 200])
        #expect(first.text == second.text && first.text == third.text)
        #expect(session.link.sent().count == 1)
    }

    @Test func theOutcomeStandsWhenTheLogKeepsItNoMore() throws {
        let harness = GatewayHarness { $0.log.maxEntries = 1 }
        let session = try harness.session()
        try session.join()
        let first = try session.send(.post, "/topics/t/push?wait=5s", Self.push, headers: key)
        session.reply(2)
        session.receive(#"["1",null,"t","m",{}]"#)
        #expect(try session.send(.post, "/topics/t/push?wait=5s", Self.push, headers: key).text == first.text)
    }

    @Test func aPushWhoseReplyWasLateIsAttachedToAndNeverWrittenAgain() throws {
        let session = try joined()
        let first = try session.send(.post, "/topics/t/push?wait=1s", Self.push, headers: key)
        harness.time.advance(by: .seconds(2))
        #expect(first.status == 504)
        #expect(first.string("code") == "reply-timeout")
        #expect(first.json.member("sent")?.bool == true)
        #expect(first.json.member("retryable")?.bool == true)
        let second = try session.send(.post, "/topics/t/push?wait=1s", Self.push, headers: key)
        #expect(second.isWaiting)
        harness.time.advance(by: .seconds(2))
        #expect(second.string("ref") == first.string("ref"))
        session.reply(2)
        let third = try session.send(.post, "/topics/t/push?wait=1s", Self.push, headers: key)
        #expect(third.status == 200)
        #expect(third.string("ref") == first.string("ref"))
        #expect(session.link.sent().count == 1)
    }

    @Test func withoutAKeyWhatWasSentIsNotRetryable() throws {
        let session = try joined()
        let push = try session.send(.post, "/topics/t/push?wait=1s", Self.push)
        harness.time.advance(by: .seconds(2))
        #expect(push.json.member("sent")?.bool == true)
        #expect(push.json.member("retryable")?.bool == false)
        let draining = try session.send(.post, "/topics/t/push?wait=1s", Self.push)
        harness.gateway.drain()
        #expect(draining.string("code") == "draining")
        #expect(draining.json.member("sent")?.bool == true)
        #expect(draining.json.member("retryable")?.bool == false)
    }

    @Test func aPushWhoseClientWentIsAttachedTo() throws {
        let session = try joined()
        try session.send(.post, "/topics/t/push?wait=5s", Self.push, headers: key).hangUp()
        let again = try session.send(.post, "/topics/t/push?wait=5s", Self.push, headers: key)
        session.reply(2)
        #expect(again.status == 200)
        #expect(session.link.sent().count == 1)
    }

    @Test func withoutAWaitTheSameRefIsAnsweredAndAWaitWaitsForIt() throws {
        let session = try joined()
        let first = try session.send(.post, "/topics/t/push", Self.push, headers: key)
        let second = try session.send(.post, "/topics/t/push", Self.push, headers: key)
        #expect(first.status == 202)
        #expect(first.text == second.text)
        let third = try session.send(.post, "/topics/t/push?wait=5s", Self.push, headers: key)
        #expect(third.isWaiting)
        session.reply(2)
        #expect(third.status == 200)
        #expect(third.string("ref") == first.string("ref"))
        #expect(session.link.sent().count == 1)
    }

    @Test func aPushThatIsNotWaitedForStaysUnderItsKeyWhileOneWaits() throws {
        let session = try joined()
        let first = try session.send(.post, "/topics/t/push?wait=5s", Self.push, headers: key)
        let second = try session.send(.post, "/topics/t/push", Self.push, headers: key)
        #expect(first.isWaiting)
        #expect(second.status == 202)
        #expect(session.link.sent().count == 1)
    }

    @Test func anErrorReplyAndALostOneAreKept() throws {
        let session = try joined()
        let failed = try session.send(.post, "/topics/t/push?wait=5s", Self.push, headers: key)
        session.reply(2, status: "error")
        #expect(failed.status == 422)
        #expect(try session.send(.post, "/topics/t/push?wait=5s", Self.push, headers: key).text == failed.text)
        let other: HTTPFields = [.testIdempotencyKey: "other"]
        let lost = try session.send(.post, "/topics/t/push?wait=5s", Self.push, headers: other)
        session.receive(#"["1","1","t","phx_close",{}]"#)
        #expect(lost.status == 410)
        #expect(try session.send(.post, "/topics/t/push?wait=5s", Self.push, headers: other).text == lost.text)
        #expect(session.link.sent().count == 2)
    }

    @Test func whatWasNotSentIsNotKeptAndCanBeRepeated() throws {
        let session = try harness.session()
        let early = try session.send(.post, "/topics/t/push?wait=5s", Self.push, headers: key)
        #expect(early.status == 409)
        #expect(try session.send(.post, "/topics/t/push", #"{"event":1}"#, headers: key).status == 400)
        try session.join()
        let again = try session.send(.post, "/topics/t/push?wait=5s", Self.push, headers: key)
        session.reply(2)
        #expect(again.status == 200)
    }

    @Test func theSameKeyOnAnotherPathIsAnother() throws {
        let session = try joined()
        #expect(try session.send(.post, "/topics/t/push", Self.push, headers: key).status == 202)
        #expect(try session.send(.post, "/push?topic=t", Self.push, headers: key).status == 202)
        #expect(session.link.sent().count == 2)
    }
}
