import Gateway
import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

@Suite struct TopicRoutesTests {
    private let harness = GatewayHarness()

    @Test func aJoinIs201AndTheSameAgain200() throws {
        let session = try harness.session()
        let pending = try session.send(.put, "/topics/rooms%3Alobby", #"{"params":{"fizz":"buzz"}}"#)
        #expect(session.link.sentTexts() == [#"["1","1","rooms:lobby","phx_join",{"fizz":"buzz"}]"#])
        #expect(pending.isWaiting)
        session.reply(1, on: "rooms:lobby", #"{"a":1.0}"#)
        #expect(pending.status == 201)
        #expect(pending.text.hasPrefix(#"{"topic":"rooms:lobby","state":"joined","response":{"a":1.0},"cursor":""#))
        let again = try session.send(.put, "/topics/rooms:lobby", #"{"params":{"fizz" : "b\u0075zz"}}"#)
        #expect(again.status == 200)
        #expect(again.string("state") == "joined")
        #expect(session.link.sent() == [])
        #expect(try session.send(.get, "/topics/rooms:lobby").string("state") == "joined")
        #expect(
            try session.send(.get, "/topics").text.contains(
                #"{"topic":"rooms:lobby","state":"joined","response":{"a":1.0}}"#))
    }

    @Test func theCursorOfAJoinCannotMissWhatItCaused() throws {
        let session = try harness.session()
        let pending = try session.send(.put, "/topics/t")
        session.receive(
            #"["1","1","t","phx_reply",{"response":{},"status":"ok"}]"#, #"["1",null,"t","welcome",{"n":1}]"#)
        let cursor = try #require(pending.string("cursor"))
        let read = try session.send(.get, "/events?after=\(cursor)")
        #expect(
            read.json.member("events")?.elements().compactMap { $0.member("kind")?.string } == ["joined", "message"])
    }

    @Test func otherParamsAreAConflictUnlessItIsARejoin() throws {
        let session = try harness.session()
        try session.join()
        let conflict = try session.send(.put, "/topics/t", #"{"params":{"x":1}}"#)
        #expect(conflict.status == 409)
        #expect(conflict.string("code") == "join-conflict")
        #expect(session.link.sent() == [])
        let rejoin = try session.send(.put, "/topics/t?rejoin=true", #"{"params":{"x":1}}"#)
        #expect(session.link.sentTexts() == [#"["1","2","t","phx_leave",{}]"#])
        session.reply(2, joinRef: 1)
        #expect(session.link.sentTexts() == [#"["3","3","t","phx_join",{"x":1}]"#])
        session.receive(#"["1","1","t","phx_close",{}]"#)
        #expect(rejoin.isWaiting)
        session.reply(3, joinRef: 3)
        #expect(rejoin.status == 201)
    }

    @Test(arguments: [
        ("unauthorized", "\"1\"", 403, "join-rejected"), ("unmatched topic", "null", 404, "unmatched-topic"),
        ("too many channels joined", "\"1\"", 503, "too-many-topics"),
    ])
    func aRefusedJoinSaysWhyAndTheSessionGoesOn(
        _ reason: String, _ joinRef: String, _ status: Int, _ code: String
    ) throws {
        let session = try harness.session()
        let pending = try session.send(.put, "/topics/t")
        session.receive(#"[\#(joinRef),"1","t","phx_reply",{"response":{"reason":"\#(reason)"},"status":"error"}]"#)
        #expect(pending.status == status)
        #expect(pending.string("code") == code)
        #expect(pending.text.contains(#""reply":{"status":"error","response":{"reason":"\#(reason)"}}"#))
        #expect(try session.send(.get, "/topics/t").string("state") == "rejected")
        #expect(try session.kinds() == ["connected", "join_failed"])
        let again = try session.send(.put, "/topics/t")
        session.reply(2, joinRef: 2)
        #expect(again.status == 201)
    }

    @Test func aJoinThatTakesTooLongStaysPendingAndCanBeAttachedTo() throws {
        let session = try harness.session()
        let first = try session.send(.put, "/topics/t?wait=1s")
        harness.time.advance(by: .seconds(2))
        #expect(first.status == 504)
        #expect(first.string("code") == "join-timeout")
        let second = try session.send(.put, "/topics/t?wait=1s")
        let other = try session.send(.put, "/topics/t?wait=1s", #"{"params":{"x":1}}"#)
        #expect(other.status == 409)
        #expect(try session.send(.put, "/topics/t?wait=0").status == 202)
        #expect(session.link.sent().count == 1)
        session.reply(1)
        #expect(second.status == 201)
    }

    @Test func aJoinThatIsPendingIsAbandonedByALeave() throws {
        let session = try harness.session()
        let join = try session.send(.put, "/topics/t")
        let leave = try session.send(.delete, "/topics/t")
        #expect(join.status == 409)
        #expect(leave.isWaiting)
        session.reply(2)
        #expect(leave.status == 204)
        #expect(try session.send(.get, "/topics/t").string("state") == "left")
    }

    @Test func aLeaveIs204OnceAnsweredAndAgain() throws {
        let session = try harness.session()
        try session.join()
        let leave = try session.send(.delete, "/topics/t")
        #expect(try session.send(.get, "/topics/t").string("state") == "leaving")
        #expect(leave.isWaiting)
        session.reply(2)
        #expect(leave.status == 204)
        #expect(try session.send(.delete, "/topics/t").status == 204)
        #expect(try session.send(.delete, "/topics/never").status == 404)
        #expect(try session.kinds() == ["connected", "joined", "left"])
        #expect(try session.send(.post, "/topics/t/push", #"{"event":"e"}"#).string("code") == "not-joined")
    }

    @Test func aJoinWhileLeavingWaitsForTheLeave() throws {
        let session = try harness.session()
        try session.join()
        let leave = try session.send(.delete, "/topics/t")
        let join = try session.send(.put, "/topics/t")
        #expect(session.link.sentTexts() == [#"["1","2","t","phx_leave",{}]"#])
        session.reply(2)
        #expect(leave.status == 204)
        #expect(session.link.sentTexts() == [#"["3","3","t","phx_join",{}]"#])
        session.reply(3, joinRef: 3)
        #expect(join.status == 201)
    }

    @Test func aLeaveThatTakesTooLongIs504() throws {
        let session = try harness.session()
        try session.join()
        let leave = try session.send(.delete, "/topics/t?wait=1s")
        harness.time.advance(by: .seconds(2))
        #expect(leave.status == 504)
        #expect(leave.string("code") == "leave-timeout")
        #expect(try session.send(.delete, "/topics/t?wait=0").status == 202)
    }

    @Test func aCrashIsLoggedAndTheTopicCanBeJoinedAnew() throws {
        let session = try harness.session()
        try session.join()
        let push = try session.send(.post, "/topics/t/push?wait=5s", #"{"event":"crash"}"#)
        session.receive(#"["1","1","t","phx_error",{"reason":"channel_crash"}]"#)
        #expect(push.status == 410)
        #expect(push.string("code") == "reply-lost")
        #expect(try session.send(.get, "/topics/t").string("state") == "errored")
        #expect(try session.kinds() == ["connected", "joined", "topic_error"])
        let join = try session.send(.put, "/topics/t")
        session.reply(3, joinRef: 3)
        #expect(join.status == 201)
        session.receive(#"["3","3","t","phx_close",{}]"#)
        #expect(try session.send(.get, "/topics/t").string("state") == "closed")
    }

    @Test func theProtocolsOwnTopicAndOddNamesAre400() throws {
        let session = try harness.session()
        #expect(try session.send(.put, "/topics/phoenix").status == 400)
        #expect(try session.send(.put, "/topics/\(String(repeating: "t", count: 256))").status == 400)
        #expect(try session.send(.put, "/topics/t", #"{"payload":{}}"#).status == 400)
        #expect(try session.send(.put, "/topics/t", #"{"params":1}"#).status == 400)
        #expect(try session.send(.put, "/topics/t?wait=-1").status == 400)
        #expect(try session.send(.put, "/topics/t?rejoin=yes").status == 400)
        #expect(session.link.sent() == [])
        #expect(try session.kinds() == ["connected"])
    }

    @Test func aJoinThatTheConnectionRefusesAtOnceIsToldAtOnce() throws {
        let harness = GatewayHarness {
            $0.connection.maxFrameBytes = 1_000
            $0.connection.maxOutboxBytes = 500
        }
        let session = try harness.session()
        let large = #"{"params":{"x":"\#(String(repeating: "x", count: 1_000))"}}"#
        let refused = try session.send(.put, "/topics/t", large)
        #expect(refused.status == 413 && refused.string("code") == "payload-too-large")
        #expect(refused.string("topic") == "t" && refused.json.member("sent")?.bool == false)
        #expect(session.link.sent() == [])
        #expect(try session.send(.get, "/topics/t").string("state") == "errored")
        // It can be joined with others.
        try session.send(.put, "/topics/t?wait=0", #"{"params":{"x":"\#(String(repeating: "x", count: 600))"}}"#)
        let backlogged = try session.send(.put, "/topics/u")
        #expect(backlogged.status == 429 && backlogged.string("topic") == "u")
        #expect(session.link.sent().count == 1)
    }

    @Test func aCreationWhoseJoinIsRefusedAtOnceLeavesNothing() throws {
        let harness = GatewayHarness { $0.connection.maxFrameBytes = 1_000 }
        let large = String(repeating: "x", count: 1_000)
        let refused = try harness.send(
            .post, "/sessions",
            #"{"uri":"ws://127.0.0.1:4000/","topics":[{"topic":"u"},{"topic":"t","params":{"x":"\#(large)"}}]}"#)
        #expect(refused.status == 413 && refused.string("topic") == "t")
        #expect(harness.gateway.sessionCount == 0)
        for link in harness.transport.links { #expect(link.sent() == [] && link.closeCodes == [1000]) }
    }

    @Test func aRejoinThatTheConnectionRefusesIsToldOnceTheLeaveIsDone() throws {
        let harness = GatewayHarness { $0.connection.maxFrameBytes = 1_000 }
        let session = try harness.session()
        try session.join()
        let large = #"{"params":{"x":"\#(String(repeating: "x", count: 1_000))"}}"#
        let refused = try session.send(.put, "/topics/t?rejoin=true", large)
        session.reply(2)
        #expect(refused.status == 413)
    }

    @Test func aRejoinBeforeThereIsAConnectionIsMadeOnceThereIs() throws {
        let url = try #require(
            try harness.send(.post, "/sessions?wait=0", #"{"uri":"ws://127.0.0.1:4000/"}"#).string("url"))
        let first = try harness.send(.put, "\(url)/topics/t")
        let second = try harness.send(.put, "\(url)/topics/t?rejoin=true", #"{"params":{"x":1}}"#)
        #expect(first.status == 409)
        let link = try #require(harness.transport.links.last)
        link.accept()
        #expect(link.sentTexts() == [#"["1","1","t","phx_join",{"x":1}]"#])
        SessionHarness(harness: harness, id: "", link: link).reply(1)
        #expect(second.status == 201)
    }

    @Test func theCursorOfARejoinIsFromBeforeItsLeave() throws {
        let session = try harness.session()
        try session.join()
        let before = try session.latest()
        let rejoin = try session.send(.put, "/topics/t?rejoin=true", #"{"params":{"x":1}}"#)
        session.reply(2)
        // This one waits behind the leave, which is done.
        let late = try session.latest()
        let attached = try session.send(.put, "/topics/t", #"{"params":{"x":1}}"#)
        session.reply(3, joinRef: 3)
        #expect(rejoin.status == 201 && rejoin.string("cursor") == before)
        #expect(attached.status == 201 && attached.string("cursor") == late)
        let read = try session.send(.get, "/events?after=\(before)").json.member("events")
        #expect(read?.elements().compactMap { $0.member("kind")?.string } == ["left", "joined"])
    }

    @Test func theCursorOfAJoinBehindALeaveIsFromBeforeTheLeave() throws {
        let session = try harness.session()
        try session.join()
        try session.send(.delete, "/topics/t?wait=0")
        let before = try session.latest()
        let join = try session.send(.put, "/topics/t")
        session.reply(2)
        session.reply(3, joinRef: 3)
        #expect(join.status == 201 && join.string("cursor") == before)
    }

    @Test func aTopicThatIsLeftWhileDisconnectedIsToldInTheLog() throws {
        let session = try GatewayHarness().session()
        try session.join()
        session.link.handler.transportClosed(code: 1012, reason: "")
        let read = try session.send(.get, "/events?after=latest&wait=5s&kind=left")
        #expect(read.isWaiting)
        #expect(try session.send(.delete, "/topics/t").status == 204)
        #expect(read.json.member("events")?.elements().first?.member("topic")?.string == "t", "\(read.text)")
        #expect(try session.kinds() == ["connected", "joined", "disconnected", "left"])
    }

    @Test func aTopicThatIsLeftBeforeItsJoinWasSentIsToldInTheLog() throws {
        let harness = GatewayHarness()
        let made = try harness.send(.post, "/sessions?wait=0", #"{"uri":"ws://127.0.0.1:4000/s"}"#)
        let session = SessionHarness(
            harness: harness, id: try #require(made.string("id")), link: harness.transport.links[0])
        #expect(try session.send(.put, "/topics/t?wait=0").status == 202)
        #expect(try session.send(.delete, "/topics/t").status == 204)
        #expect(try session.kinds() == ["left"])
        session.link.accept()
        #expect(session.link.sent() == [])
    }

    @Test func aJoinWhoseAnswerIsNoReplyHasFailed() throws {
        let session = try GatewayHarness().session()
        let join = try session.send(.put, "/topics/t?wait=30s")
        session.receive(#"["1","1","t","phx_reply",{"response":{}}]"#)
        #expect(join.status == 403 && join.string("code") == "join-rejected", "\(join.text)")
        let events = try session.send(.get, "/events?kind=join_failed").json.member("events")?.elements()
        #expect(events?.first?.member("reason")?.string == "malformed")
    }
}
