import Gateway
import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// api.md, "Topics": `?join=true` joins first, with the last params, else `{}`.
@Suite struct JoinFirstTests {
    private let harness = GatewayHarness()

    private static let push = #"{"event":"e"}"#

    @Test func aPushJoinsFirstAndIsAnsweredByTheReply() throws {
        let session = try harness.session()
        let push = try session.send(.post, "/topics/t/push?join=true&wait=5s", Self.push)
        #expect(session.link.sentTexts() == [#"["1","1","t","phx_join",{}]"#])
        session.reply(1)
        #expect(session.link.sentTexts() == [#"["1","2","t","e",{}]"#])
        #expect(push.isWaiting)
        session.reply(2, #"{"n":1}"#)
        #expect(push.status == 200)
        #expect(push.text.hasPrefix(#"{"status":"ok","response":{"n":1},"ref":""#))
    }

    @Test func theLastParamsAreUsed() throws {
        let session = try harness.session()
        try session.send(.put, "/topics/t", #"{"params":{"a":1}}"#)
        session.reply(1)
        try session.send(.delete, "/topics/t")
        session.reply(2)
        _ = session.link.sent()
        try session.send(.post, "/topics/t/push?join=true&wait=5s", Self.push)
        #expect(session.link.sentTexts() == [#"["3","3","t","phx_join",{"a":1}]"#])
    }

    @Test func aTopicThatIsJoinedIsPushedToAtOnce() throws {
        let session = try harness.session()
        try session.join()
        #expect(try session.send(.post, "/topics/t/push?join=true", Self.push).status == 202)
        #expect(session.link.sent().count == 1)
    }

    @Test func withoutAWaitThePushIsAnsweredOnceItIsSent() throws {
        let session = try harness.session()
        let push = try session.send(.post, "/topics/t/push?join=true", Self.push)
        #expect(push.isWaiting)
        session.reply(1)
        #expect(push.status == 202)
        let ref = try #require(push.string("ref"))
        session.reply(2)
        #expect(try session.send(.get, "/replies/\(ref)").status == 200)
    }

    @Test func theCursorIsFromBeforeTheJoinThatItCaused() throws {
        let session = try harness.session()
        let before = try session.latest()
        let sent = try session.send(.post, "/topics/t/push?join=true", Self.push)
        let answered = try session.send(.post, "/topics/t/push?join=true&wait=5s", Self.push)
        session.reply(1)
        session.reply(3)
        #expect(sent.status == 202 && sent.string("cursor") == before)
        #expect(answered.status == 200 && answered.string("cursor") == before)
    }

    @Test func theWaitCoversTheJoin() throws {
        let session = try harness.session()
        let push = try session.send(.post, "/topics/t/push?join=true&wait=1s", Self.push)
        harness.time.advance(by: .seconds(2))
        #expect(push.status == 504)
        #expect(push.string("code") == "join-timeout")
        #expect(push.json.member("sent")?.bool == false)
        session.reply(1)
        #expect(session.link.sent().count == 1, "the join alone")
    }

    @Test func theWaitCoversTheReply() throws {
        let session = try harness.session()
        let push = try session.send(.post, "/topics/t/push?join=true&wait=2s", Self.push)
        harness.time.advance(by: .seconds(1))
        session.reply(1)
        harness.time.advance(by: .milliseconds(1_100))
        #expect(push.status == 504)
        #expect(push.string("code") == "reply-timeout")
        #expect(push.json.member("sent")?.bool == true)
        #expect(push.string("ref") != nil)
    }

    @Test func withoutAnyWaitTheJoinIsBegunAndNothingIsPushed() throws {
        let session = try harness.session()
        let push = try session.send(.post, "/topics/t/push?join=true&wait=0", Self.push)
        #expect(push.string("code") == "join-timeout")
        #expect(push.json.member("sent")?.bool == false)
        session.reply(1)
        #expect(session.link.sent().count == 1)
        #expect(try session.send(.post, "/topics/t/push", Self.push).status == 202)
    }

    @Test(arguments: [
        ("no", "\"1\"", 403, "join-rejected"), ("unmatched topic", "null", 404, "unmatched-topic"),
    ])
    func theFailuresOfTheJoinAreTheJoins(
        _ reason: String, _ joinRef: String, _ status: Int, _ code: String
    ) throws {
        let session = try harness.session()
        let push = try session.send(.post, "/topics/t/push?join=true&wait=5s", Self.push)
        session.receive(#"[\#(joinRef),"1","t","phx_reply",{"response":{"reason":"\#(reason)"},"status":"error"}]"#)
        #expect(push.status == status)
        #expect(push.string("code") == code)
        #expect(push.json.member("sent")?.bool == false)
        #expect(session.link.sent().count == 1)
    }

    @Test func aClientThatGoesBeforeTheJoinPushesNothing() throws {
        let session = try harness.session()
        try session.send(.post, "/topics/t/push?join=true&wait=5s", Self.push).hangUp()
        session.reply(1)
        #expect(session.link.sent().count == 1)
    }

    @Test func whatWaitsForOneJoinIsSentInItsOrder() throws {
        let session = try harness.session()
        let join = try session.send(.put, "/topics/t")
        for event in ["a", "b", "c"] {
            try session.send(.post, "/topics/t/push?join=true&wait=5s", #"{"event":"\#(event)"}"#)
        }
        session.reply(1)
        #expect(join.status == 201)
        #expect(
            session.link.sentTexts().dropFirst() == [
                #"["1","2","t","a",{}]"#, #"["1","3","t","b",{}]"#, #"["1","4","t","c",{}]"#,
            ])
    }

    @Test func aPushWhileLeavingWaitsForTheLeaveAndTheJoin() throws {
        let session = try harness.session()
        try session.join()
        try session.send(.delete, "/topics/t")
        let push = try session.send(.post, "/topics/t/push?join=true&wait=5s", Self.push)
        session.reply(2)
        #expect(session.link.sent().count == 2, "the leave and the join")
        session.reply(3, joinRef: 3)
        session.reply(4, joinRef: 3)
        #expect(push.status == 200)
    }

    @Test func aLeaveAbandonsWhatWaitsForTheJoin() throws {
        let session = try harness.session()
        let push = try session.send(.post, "/topics/t/push?join=true&wait=5s", Self.push)
        try session.send(.delete, "/topics/t")
        #expect(push.status == 409)
        #expect(push.json.member("sent")?.bool == false)
    }

    @Test func aConnectionThatIsLostFailsWhatWaitsForTheJoin() throws {
        let session = try harness.session()
        let push = try session.send(.post, "/topics/t/push?join=true&wait=5s", Self.push)
        session.link.handler.transportClosed(code: nil, reason: "cut")
        #expect(push.status == 503)
        #expect(push.string("code") == "disconnected")
        #expect(push.json.member("sent")?.bool == false)
    }

    @Test func aSessionThatEndsAnswersWhatWaitsForTheJoin() throws {
        let session = try harness.session()
        let push = try session.send(.post, "/topics/t/push?join=true&wait=5s", Self.push)
        try session.send(.delete, "")
        #expect(push.status == 410)
        #expect(push.json.member("sent")?.bool == false)
    }

    @Test func underAKeyItIsJoinedAndPushedOnce() throws {
        let key: HTTPFields = [.testIdempotencyKey: "k"]
        let session = try harness.session()
        let first = try session.send(.post, "/topics/t/push?join=true&wait=1s", Self.push, headers: key)
        harness.time.advance(by: .seconds(2))
        #expect(first.json.member("sent")?.bool == false)
        let second = try session.send(.post, "/topics/t/push?join=true&wait=5s", Self.push, headers: key)
        session.reply(1)
        second.hangUp()
        let third = try session.send(.post, "/topics/t/push?join=true&wait=5s", Self.push, headers: key)
        session.reply(2)
        #expect(third.status == 200)
        #expect(session.link.sent().count == 2)
    }

    @Test func underAKeyWithoutAWaitItWaitsForTheJoin() throws {
        let key: HTTPFields = [.testIdempotencyKey: "k"]
        let session = try harness.session()
        let push = try session.send(.post, "/topics/t/push?join=true", Self.push, headers: key)
        #expect(push.isWaiting)
        session.reply(1)
        #expect(push.status == 202)
        #expect(try session.send(.post, "/topics/t/push?join=true", Self.push, headers: key).text == push.text)
        #expect(session.link.sent().count == 2)
    }

    @Test func itIsTrueOrFalse() throws {
        let session = try harness.session()
        #expect(try session.send(.post, "/topics/t/push?join=yes", Self.push).status == 400)
        #expect(try session.send(.post, "/topics/t/push?join=false", Self.push).status == 409)
    }
}
