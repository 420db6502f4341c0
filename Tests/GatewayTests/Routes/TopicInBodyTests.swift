import Gateway
import HTTPCore
import HTTPTypes
import TestSupport
import Testing

/// api.md, "Topics": for proxies that decode paths, the topic in the body or the query.
@Suite struct TopicInBodyTests {
    private let harness = GatewayHarness()

    @Test func joinPushAndLeaveDoAsThoseInPathsDo() throws {
        let session = try harness.session()
        let join = try session.send(.post, "/join", #"{"topic":"rooms/a:b","params":{"x":1}}"#)
        #expect(session.link.sentTexts() == [#"["1","1","rooms/a:b","phx_join",{"x":1}]"#])
        session.reply(1, on: "rooms/a:b")
        #expect(join.status == 201)
        #expect(try session.send(.post, "/join?topic=rooms/a:b", #"{"params":{"x":1}}"#).status == 200)
        let push = try session.send(.post, "/push?wait=5s", #"{"topic":"rooms/a:b","event":"e","payload":{"y":2}}"#)
        #expect(session.link.sentTexts() == [#"["1","2","rooms/a:b","e",{"y":2}]"#])
        session.reply(2, on: "rooms/a:b")
        #expect(push.status == 200)
        try session.send(.post, "/push?topic=rooms/a:b&event=f", #"{"topic":"inner"}"#)
        #expect(session.link.sentTexts() == [#"["1","3","rooms/a:b","f",{"topic":"inner"}]"#])
        let leave = try session.send(.post, "/leave", #"{"topic":"rooms/a:b"}"#)
        session.reply(4, on: "rooms/a:b")
        #expect(leave.status == 204)
        #expect(try session.send(.post, "/leave?topic=rooms/a:b").status == 204)
        #expect(try session.send(.post, "/leave?topic=never").status == 404)
    }

    @Test func aTopicThatIsMissingOrNamedTwiceOrOddIs400() throws {
        let session = try harness.session()
        for (path, body) in [
            ("/join", "{}"), ("/leave", "{}"), ("/push", #"{"event":"e"}"#), ("/push?event=e", #"{"topic":"t"}"#),
            ("/join?topic=t", #"{"topic":"t"}"#), ("/join", #"{"topic":1}"#), ("/join", #"{"topic":"phoenix"}"#),
            ("/join", #"{"topic":""}"#), ("/leave", #"{"topic":"t","params":{}}"#),
        ] {
            #expect(try session.send(.post, path, body).status == 400, "\(path) \(body)")
        }
        #expect(try session.send(.get, "/presence").status == 400)
        #expect(session.link.sent() == [])
    }
}
