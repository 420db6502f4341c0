import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// api.md, "Topics": a push with `?join=true` and no `wait`, under an `Idempotency-Key`: 202 once it is sent.
@Suite struct KeyedJoinFirstTests {
    private let session: SessionHarness

    init() throws {
        session = try GatewayHarness().session()
    }

    private func push(_ query: String = "", occupancy: Occupancy = .free) throws -> GatewayHarness.Pending {
        try session.send(
            .post, "/topics/t/push?join=true\(query)", #"{"event":"e"}"#, headers: [.testIdempotencyKey: "k"],
            occupancy: occupancy)
    }

    @Test(arguments: ["ok", "error"]) func aRepeatThatAsksForNoWaitGetsTheSame202ThoughTheReplyHasCome(
        _ status: String
    ) throws {
        let first = try push()
        session.reply(1)
        session.reply(2, status: status)
        let (second, third) = (try push(), try push("&wait=0"))
        #expect(first.status == 202)
        #expect([second, third].map(\.text) == [first.text, first.text])
        #expect(try push("&wait=5s").status == (status == "ok" ? 200 : 422))
    }

    @Test func aRepeatThatAsksForNoWaitDoesNotWaitWithThoseThatDo() throws {
        let first = try push()
        session.reply(1)
        let waiting = try push("&wait=5s")
        let second = try push()
        #expect(waiting.isWaiting && second.text == first.text)
        session.reply(2)
        #expect(waiting.status == 200)
    }

    @Test func aRepeatThatAsksForNoWaitIsAcceptedOnceThePushIsSentThoughTheFirstWaits() throws {
        let first = try push("&wait=5s")
        let early = try push()
        session.reply(1)
        let second = try push()
        #expect(first.isWaiting && early.isWaiting && second.status == 202, "\(second.text)")
        #expect(try push(occupancy: .full).status == 202)
        session.reply(2)
        #expect(first.status == 200 && early.status == 200)
        #expect(second.string("ref") == first.string("ref"))
    }

    @Test func aRepeatThatWaitsForNothingIsToldNothingOfFullWaiters() throws {
        let first = try push()
        session.reply(1)
        #expect(try push(occupancy: .full).text == first.text)
        #expect(try push("&wait=5s", occupancy: .full).status == 503)
        let waiting = try push("&wait=5s")
        #expect(try push(occupancy: .full).text == first.text)
        session.reply(2)
        #expect(waiting.status == 200)
    }

    @Test func theCursorIsFromBeforeTheJoinInEveryAnswer() throws {
        let before = try session.latest()
        let early = try push("&wait=1s")
        let late = try push("&wait=3s")
        session.harness.time.advance(by: .seconds(2))
        #expect(early.status == 504 && early.string("code") == "join-timeout" && early.string("cursor") == before)
        session.reply(1)
        session.harness.time.advance(by: .seconds(2))
        #expect(late.status == 504 && late.string("code") == "reply-timeout" && late.string("cursor") == before)
        #expect(try push().string("cursor") == before)
        session.reply(2)
        let answer = try push("&wait=5s")
        #expect(answer.status == 200 && answer.string("cursor") == before)
    }

    @Test func theCursorOfTheLastThatGivesUpIsFromBeforeTheJoin() throws {
        let before = try session.latest()
        let push = try push("&wait=1s")
        session.receive(#"["9",null,"u","e",{}]"#)
        session.harness.time.advance(by: .seconds(2))
        #expect(push.status == 504 && push.json.member("sent")?.bool == false && push.string("cursor") == before)
    }

    @Test func aPushThatWaitsForNoJoinSaysWhereTheLogWasBeforeIt() throws {
        let before = try session.latest()
        let push = try push("&wait=0")
        #expect(push.status == 504 && push.string("cursor") == before)
    }
}
