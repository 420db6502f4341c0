import Gateway
import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// api.md, "Topics": what the table's rows and the notes under it say, beside `TopicRoutesTests` and `PushRoutesTests`.
@Suite struct TopicTableTests {
    private let harness = GatewayHarness()

    private func joined() throws -> SessionHarness {
        let session = try harness.session()
        try session.join()
        return session
    }

    private func lose(_ session: SessionHarness) {
        session.link.handler.transportClosed(code: nil, reason: "cut")
        harness.time.run()
    }

    // MARK: PUT

    @Test func aJoinWithoutAWaitIs202AndGoesOn() throws {
        let session = try harness.session()
        let join = try session.send(.put, "/topics/t?wait=0")
        #expect(join.status == 202)
        #expect(join.text.hasPrefix(#"{"topic":"t","state":"joining","response":null,"cursor":""#))
        session.reply(1)
        #expect(try session.send(.get, "/topics/t").string("state") == "joined")
    }

    @Test func aJoinOnASessionThatIsNotConnectedIs503() throws {
        let session = try harness.session(#","reconnect":false"#)
        lose(session)
        let join = try session.send(.put, "/topics/t")
        #expect(join.status == 503)
        #expect(join.string("code") == "disconnected")
        #expect(join.json.member("sent")?.bool == false)
    }

    @Test func aJoinWhoseConnectionIsLostIs503() throws {
        let session = try harness.session(#","reconnect":false"#)
        let join = try session.send(.put, "/topics/t")
        lose(session)
        #expect(join.status == 503)
        #expect(join.string("code") == "disconnected")
    }

    @Test func soManyTopicsAreRememberedAndNoMore() throws {
        let session = try harness.session()
        for number in 0..<1_000 { try session.send(.put, "/topics/t\(number)?wait=0") }
        let join = try session.send(.put, "/topics/one-more?wait=0")
        #expect(join.status == 503)
        #expect(join.string("code") == "too-many-topics")
        #expect(try session.send(.put, "/topics/t7?wait=0").status == 202)
        #expect(try session.send(.post, "/topics/other/push?join=true", #"{"event":"e"}"#).status == 503)
    }

    @Test func aRejoinWithOtherParamsTakesThePlaceOfAJoinOnItsWay() throws {
        let session = try harness.session()
        let first = try session.send(.put, "/topics/t")
        let second = try session.send(.put, "/topics/t?rejoin=true", #"{"params":{"x":1}}"#)
        #expect(first.status == 409)
        session.reply(2)
        session.reply(3, joinRef: 3)
        #expect(second.status == 201)
        #expect(
            session.link.sentTexts() == [
                #"["1","1","t","phx_join",{}]"#, #"["1","2","t","phx_leave",{}]"#, #"["3","3","t","phx_join",{"x":1}]"#,
            ])
    }

    @Test func whileLeavingAJoinWaitsAndItsWaitCoversBoth() throws {
        let session = try joined()
        try session.send(.delete, "/topics/t?wait=0")
        let join = try session.send(.put, "/topics/t?wait=1s")
        let other = try session.send(.put, "/topics/t?wait=1s", #"{"params":{"x":1}}"#)
        #expect(other.status == 409)
        harness.time.advance(by: .seconds(2))
        #expect(join.status == 504)
        #expect(join.string("code") == "join-timeout")
        session.reply(2)
        #expect(session.link.sentTexts().last == #"["3","3","t","phx_join",{}]"#)
    }

    @Test func aTopicsNameMayHaveASlashInIt() throws {
        let session = try harness.session()
        let join = try session.send(.put, "/topics/rooms%2Flobby")
        session.reply(1, on: "rooms/lobby")
        #expect(join.string("topic") == "rooms/lobby")
    }

    // MARK: DELETE

    @Test func aLeaveIsDoneWhenTheChannelCloses() throws {
        let session = try joined()
        let leave = try session.send(.delete, "/topics/t")
        #expect(leave.isWaiting)
        session.receive(#"["1","1","t","phx_close",{}]"#)
        #expect(leave.status == 204)
        #expect(try session.send(.get, "/topics/t").string("state") == "left")
    }

    @Test func withoutAConnectionALeaveIsDoneAtOnceAndTheTopicIsNotJoinedAnew() throws {
        let session = try joined()
        lose(session)
        #expect(try session.send(.delete, "/topics/t").status == 204)
        harness.transport.advance(.seconds(1))
        let link = try #require(harness.transport.links.last)
        link.accept()
        #expect(link.sent() == [])
    }

    @Test func aLeaveWhoseConnectionIsLostIsDone() throws {
        let session = try joined()
        let leave = try session.send(.delete, "/topics/t")
        lose(session)
        #expect(leave.status == 204)
    }

    @Test func aTopicThatWasRefusedOrClosedIsLeftAtOnce() throws {
        let session = try joined()
        try session.send(.put, "/topics/u")
        session.reply(2, on: "u", joinRef: 2, status: "error")
        session.receive(#"["1","1","t","phx_close",{}]"#)
        for topic in ["t", "u"] {
            #expect(try session.send(.delete, "/topics/\(topic)").status == 204)
            #expect(try session.send(.get, "/topics/\(topic)").string("state") == "left")
        }
    }

    // MARK: Pushes

    @Test func aPushWithoutAConnectionIs503AndNotSent() throws {
        let session = try joined()
        lose(session)
        let push = try session.send(.post, "/topics/t/push?join=true&wait=5s", #"{"event":"e"}"#)
        #expect(push.status == 503)
        #expect(push.string("code") == "disconnected")
        #expect(push.json.member("sent")?.bool == false)
        #expect(push.json.member("retryable")?.bool == true)
    }

    @Test func aPushIsNeverWrittenAgainAfterAReconnect() throws {
        let session = try joined()
        let push = try session.send(.post, "/topics/t/push?wait=5s", #"{"event":"e"}"#)
        #expect(session.link.sent().count == 1)
        lose(session)
        #expect(push.status == 410)
        harness.transport.advance(.seconds(1))
        let link = try #require(harness.transport.links.last)
        link.accept()
        link.receive(#"["3","3","t","phx_reply",{"response":{},"status":"ok"}]"#)
        #expect(link.sentTexts() == [#"["3","3","t","phx_join",{}]"#])
        // The late reply of the other connection's push matches nothing.
        link.receive(#"["1","2","t","phx_reply",{"response":{},"status":"ok"}]"#)
        let ref = try #require(push.string("ref"))
        #expect(try session.send(.get, "/replies/\(ref)").status == 410)
    }

    @Test func aRefOfAnotherSessionIsUnknown() throws {
        let session = try joined()
        let ref = try #require(try session.send(.post, "/topics/t/push", #"{"event":"e"}"#).string("ref"))
        let other = try harness.session()
        try other.join()
        try other.send(.post, "/topics/t/push", #"{"event":"e"}"#)
        #expect(try other.send(.get, "/replies/\(ref)").status == 404)
    }

    @Test func namesLongerThanABinaryFrameCarriesAre400() throws {
        let session = try joined()
        let long = String(repeating: "n", count: 256)
        #expect(try session.send(.post, "/topics/\(long)/push", #"{"event":"e"}"#).status == 400)
        #expect(try session.send(.post, "/topics/t/push", #"{"event":"\#(long)"}"#).status == 400)
        #expect(try session.send(.post, "/push", #"{"topic":"\#(long)","event":"e"}"#).status == 400)
        #expect(session.link.sent() == [])
    }

    @Test func pushesThatWaitForTheirJoinCountAmongTheAwaited() throws {
        let session = try harness.session()
        for _ in 0..<1_024 { try session.send(.post, "/topics/t/push?join=true&wait=5s", #"{"event":"e"}"#) }
        let refused = try session.send(.post, "/topics/t/push?join=true&wait=5s", #"{"event":"e"}"#)
        #expect(refused.status == 429)
        #expect(refused.json.member("sent")?.bool == false)
        session.reply(1)
        #expect(session.link.sent().count == 1_025)
    }
}
