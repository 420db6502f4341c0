import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

@testable import Gateway

/// api.md, "Model": every loss is told, so the reply to a push that is remembered no more is logged all the same.
@Suite(.timeLimit(.minutes(10))) struct UntrackedPushTests {
    /// Pushes until the first is remembered no more; answers the first's ref.
    private func pushPastTheBound(_ session: SessionHarness, headers: HTTPFields = [:]) throws -> String {
        let first = try session.send(.post, "/topics/t/push", #"{"event":"quicksand"}"#, headers: headers)
        for _ in 0...ReplyTable.maxUnawaited {
            try session.send(.post, "/topics/t/push", #"{"event":"quicksand"}"#)
        }
        #expect(session.link.sent().count == ReplyTable.maxUnawaited + 2)
        return try #require(first.string("ref"))
    }

    private func replies(_ session: SessionHarness) throws -> [JSONSlice] {
        try session.send(.get, "/events?kind=reply").json.member("events")?.elements() ?? []
    }

    @Test func itIsLoggedAndThenThereToBeAskedFor() throws {
        let session = try GatewayHarness().session()
        try session.join()
        let ref = try pushPastTheBound(session)
        #expect(try session.send(.get, "/replies/\(ref)").status == 404)
        session.reply(2, #"{"late":true}"#)
        let entries = try replies(session)
        #expect(entries.map { $0.member("ref")?.string } == [ref])
        #expect(entries.first?.member("response")?.member("late")?.bool == true)
        let answer = try session.send(.get, "/replies/\(ref)")
        #expect(answer.status == 200 && answer.json.member("response")?.member("late")?.bool == true)
    }

    @Test func underAKeyARepeatWaitsForItsReplyOrItsLoss() throws {
        let key: HTTPFields = [.testIdempotencyKey: "k"]
        let session = try GatewayHarness().session()
        try session.join()
        let ref = try pushPastTheBound(session, headers: key)
        func again(_ query: String = "?wait=5s") throws -> GatewayHarness.Pending {
            try session.send(.post, "/topics/t/push\(query)", #"{"event":"quicksand"}"#, headers: key)
        }
        let late = try again()
        #expect(late.isWaiting)
        #expect(try again("").status == 202)
        session.harness.time.advance(by: .seconds(6))
        #expect(late.status == 504 && late.string("code") == "reply-timeout" && late.string("ref") == ref)
        let waiting = try again()
        session.reply(2, #"{"late":true}"#)
        #expect(waiting.status == 200 && waiting.string("ref") == ref, "\(waiting.text)")
        #expect(try again().text == waiting.text)
        #expect(session.link.sent().isEmpty, "nothing is sent again")
    }

    @Test func underAKeyARepeatHearsThatItsChannelHasEnded() throws {
        let key: HTTPFields = [.testIdempotencyKey: "k"]
        let session = try GatewayHarness().session()
        try session.join()
        _ = try pushPastTheBound(session, headers: key)
        let waiting = try session.send(.post, "/topics/t/push?wait=5s", #"{"event":"quicksand"}"#, headers: key)
        #expect(waiting.isWaiting)
        session.receive(#"["1","1","t","phx_close",{}]"#)
        #expect(waiting.status == 410 && waiting.string("reason") == "channel_closed", "\(waiting.text)")
    }

    @Test func itIsLoggedForWhoPushedAndNotForOthersOfTheSocket() throws {
        let shared = SharedHarness()
        let (first, second) = try shared.pair()
        let ref = try pushPastTheBound(second)
        second.reply(2)
        shared.settle()
        #expect(try replies(second).map { $0.member("ref")?.string } == [ref])
        #expect(try replies(first).isEmpty)
    }
}
