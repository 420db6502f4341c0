import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// api.md, "Topics": a reply is lost with the join that its push was of.
@Suite struct ReplyLossTests {
    @Test(arguments: [false, true]) func aReplyIsLostWithALeaveOrARejoin(_ isRejoin: Bool) throws {
        let session = try GatewayHarness().session()
        try session.join()
        let ref = try #require(try session.send(.post, "/topics/t/push", #"{"event":"e"}"#).string("ref"))
        let waiting = [
            try session.send(.post, "/topics/t/push?wait=30s", #"{"event":"e"}"#),
            try session.send(.get, "/replies/\(ref)?wait=30s"),
        ]
        _ = session.link.sent()
        let end = try isRejoin ? session.send(.put, "/topics/t?rejoin=true") : session.send(.delete, "/topics/t")
        session.reply(4)
        if isRejoin { session.reply(5, joinRef: 5) }
        #expect(end.status == (isRejoin ? 201 : 204))
        for answer in try waiting + [session.send(.get, "/replies/\(ref)")] {
            #expect(answer.status == 410 && answer.string("code") == "reply-lost", "\(answer.text)")
            #expect(answer.string("reason") == "left" && answer.json.member("sent")?.bool == true)
        }
    }
}
