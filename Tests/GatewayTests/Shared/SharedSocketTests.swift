import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// Sessions with `"socket":"shared"`: api.md, section "The pool".
@Suite struct SharedSocketTests {
    private let harness = GatewayHarness()

    /// A session that shares its socket; the first one's link is accepted, others find it open.
    private func session(_ members: String = "") throws -> SessionHarness {
        let pending = try harness.send(
            .post, "/sessions", #"{"uri":"ws://127.0.0.1:4000/socket/websocket","socket":"shared"\#(members)}"#)
        settle()
        let link = try #require(harness.transport.links.last)
        if pending.isWaiting { link.accept() }
        settle()
        let id = try #require(pending.string("id"), "\(pending.text)")
        return SessionHarness(harness: harness, id: id, link: link)
    }

    /// Has what was put off be done: events of a command come out of the event loop.
    private func settle() {
        harness.transport.advance()
        harness.time.run()
    }

    private func join(_ session: SessionHarness, _ topic: String = "t", _ body: String = "") throws
        -> GatewayHarness.Pending
    {
        defer { settle() }
        return try session.send(.put, "/topics/\(topic)", body)
    }

    private func events(_ session: SessionHarness) throws -> [String] {
        settle()
        return try session.send(.get, "/events").json.member("events")?.elements().map { entry in
            ["kind", "topic", "event", "reason"].compactMap { entry.member($0)?.string }
                .filter { !$0.isEmpty }.joined(separator: " ")
        } ?? []
    }

    /// Two sessions that have joined `t`.
    private func pair() throws -> (SessionHarness, SessionHarness) {
        let (first, second) = (try session(), try session())
        let joined = try join(first)
        first.reply(1, "{\"n\":1}")
        #expect(joined.status == 201)
        #expect(try join(second).status == 201)
        _ = first.link.sent()
        return (first, second)
    }

    @Test(arguments: ["", "?rejoin=true"]) func aTopicThatIsLeftBeforeItsJoinIsToldIsLeft(_ query: String) throws {
        let (first, second) = (try session(), try session())
        _ = try join(first)
        first.reply(1)
        settle()
        // The second's join is done at once; the event loop tells it of that.
        try second.send(.put, "/topics/t?wait=0")
        let leave =
            try query.isEmpty
            ? second.send(.delete, "/topics/t")
            : second.send(.put, "/topics/t\(query)", #"{"params":{"other":1}}"#)
        settle()
        #expect(query.isEmpty ? leave.status == 204 : leave.isWaiting, "\(leave.text)")
    }

    @Test func sessionsOfEqualMembersShareASocketOnWhichATopicIsJoinedOnce() throws {
        let (first, second) = (try session(), try session())
        #expect(harness.transport.links.count == 1)
        _ = try join(first)
        let waiting = try join(second)
        #expect(first.link.sentTexts() == [#"["1","1","t","phx_join",{}]"#])
        first.reply(1)
        #expect(waiting.status == 201)
        first.receive(#"["1",null,"t","hello",{}]"#)
        #expect(try events(first) == ["connected", "joined t", "message t hello"])
        #expect(try events(second) == ["connected", "joined t", "message t hello"])
    }

    @Test(arguments: [#","params":{"a":1}"#, #","headers":{"x-a":"1"}"#, #","auth_token":"a""#])
    func sessionsOfOtherMembersDoNot(_ member: String) throws {
        _ = try session()
        _ = try session(member)
        #expect(harness.transport.links.count == 2)
    }

    @Test func aSessionWithoutTheMemberHasASocketOfItsOwn() throws {
        _ = try session()
        _ = try harness.session()
        #expect(harness.transport.links.count == 2)
    }

    @Test func aLaterJoinerGetsTheStoredResponseAndNotWhatCameBefore() throws {
        let (first, second) = (try session(), try session())
        _ = try join(first)
        first.reply(1, "{\"n\":1}")
        first.receive(#"["1",null,"t","early",{}]"#)
        _ = first.link.sent()
        let joined = try join(second)
        #expect(joined.status == 201)
        #expect(joined.json.member("response")?.member("n")?.integer == 1)
        #expect(first.link.sentTexts() == [])
        #expect(try events(second) == ["connected", "joined t"])
    }

    @Test func aLaterJoinerGetsTheMergedPresence() throws {
        let (first, second) = (try session(), try session())
        _ = try join(first)
        first.reply(1)
        first.receive(
            #"["1",null,"t","presence_state",{"ann":{"metas":[{"phx_ref":"a"}]}}]"#,
            #"["1",null,"t","presence_diff",{"joins":{"bob":{"metas":[{"phx_ref":"b"}]}},"leaves":{}}]"#)
        _ = try join(second)
        #expect(try events(second) == ["connected", "joined t", "message t presence_state"])
        let payload = try second.send(.get, "/messages").json.member("messages")?.elements().first?.member("payload")
        #expect(payload?.members().map(\.name) == ["ann", "bob"])
    }

    @Test func aTopicWithOtherParamsIsOnAnotherSocket() throws {
        let (first, second) = (try session(), try session())
        _ = try join(first)
        first.reply(1)
        let other = try join(second, "t", #"{"params":{"a":1}}"#)
        let link = try #require(harness.transport.links.last)
        #expect(harness.transport.links.count == 2)
        link.accept()
        #expect(link.sentTexts() == [#"["1","1","t","phx_join",{"a":1}]"#])
        link.receive(#"["1","1","t","phx_reply",{"response":{},"status":"ok"}]"#)
        settle()
        #expect(other.status == 201)
        link.receive(#"["1",null,"t","hello",{}]"#)
        #expect(try events(first) == ["connected", "joined t"])
        #expect(try events(second) == ["connected", "joined t", "message t hello"])
        #expect(try second.state() == "connected")
        // A session of the same params is with it.
        _ = try join(try session(), "t", #"{"params":{"a":1}}"#)
        #expect(harness.transport.links.count == 2)
    }

    @Test func pastTheUpstreamsLimitOfTopicsThereIsAnotherSocket() throws {
        let first = try session()
        for number in 0..<100 { _ = try first.send(.put, "/topics/t\(number)?wait=0") }
        settle()
        #expect(harness.transport.links.count == 1)
        _ = try first.send(.put, "/topics/more?wait=0")
        settle()
        #expect(harness.transport.links.count == 2)
    }

    @Test func aReplyIsItsPushersOwn() throws {
        let (first, second) = try pair()
        let one = try first.send(.post, "/topics/t/push?wait=1s", #"{"event":"e"}"#)
        let two = try second.send(.post, "/topics/t/push?wait=1s", #"{"event":"e"}"#)
        #expect(first.link.sentTexts().count == 2)
        first.reply(3, "{\"n\":3}")
        #expect(one.isWaiting)
        #expect(two.json.member("response")?.member("n")?.integer == 3)
        first.reply(2, "{\"n\":2}")
        #expect(one.json.member("response")?.member("n")?.integer == 2)
        #expect(try events(first).filter { $0.hasPrefix("reply") }.count == 1)
    }

    @Test func theServerHearsOfALeaveOnceNobodyHasTheTopicJoined() throws {
        let (first, second) = try pair()
        let left = try first.send(.delete, "/topics/t")
        settle()
        #expect(left.status == 204)
        #expect(first.link.sentTexts() == [])
        first.receive(#"["1",null,"t","hello",{}]"#)
        #expect(try events(first) == ["connected", "joined t", "left t"])
        #expect(try events(second).last == "message t hello")
        let last = try second.send(.delete, "/topics/t")
        #expect(second.link.sentTexts() == [#"["1","2","t","phx_leave",{}]"#])
        second.reply(2)
        settle()
        #expect(last.status == 204)
    }

    @Test func aJoinWhileTheTopicIsLeftWaitsForThat() throws {
        let (first, second) = try pair()
        _ = try first.send(.delete, "/topics/t")
        settle()
        _ = try second.send(.delete, "/topics/t")
        let again = try join(first)
        #expect(first.link.sentTexts() == [#"["1","2","t","phx_leave",{}]"#])
        first.reply(2)
        #expect(first.link.sentTexts() == [#"["3","3","t","phx_join",{}]"#])
        first.reply(3, joinRef: 3)
        settle()
        #expect(again.status == 201)
        #expect(try events(second).last == "left t")
    }

    @Test func oneSessionsEndIsNotAnothers() throws {
        let (first, second) = try pair()
        #expect(try first.send(.delete, "").status == 204)
        settle()
        #expect(first.link.closeCodes == [])
        #expect(try second.state() == "connected")
        first.receive(#"["1",null,"t","hello",{}]"#)
        #expect(try events(second).last == "message t hello")
        #expect(try second.send(.delete, "").status == 204)
        #expect(first.link.closeCodes == [1000])
    }

    @Test func aLostConnectionIsToldToAllAndATopicJoinedAnewOnce() throws {
        let (first, second) = try pair()
        first.link.handler.transportClosed(code: 1012, reason: "")
        harness.transport.advance(.seconds(1))
        let link = try #require(harness.transport.links.last)
        link.accept()
        #expect(link.sentTexts() == [#"["2","2","t","phx_join",{}]"#])
        link.receive(#"["2","2","t","phx_reply",{"response":{},"status":"ok"}]"#)
        for session in [first, second] {
            #expect(
                try events(session) == [
                    "connected", "joined t", "disconnected", "connected", "joined t", "gap t reconnect",
                ])
        }
    }

    @Test func aRefusedJoinIsToldToAllWhoWait() throws {
        let (first, second) = (try session(), try session())
        let one = try join(first)
        let two = try join(second)
        first.reply(1, status: "error", "{\"reason\":\"no\"}")
        settle()
        #expect(one.status == 403 && two.status == 403)
    }

    @Test func anUpstreamThatRefusesFailsTheSessionAndLeavesNoSocketBehind() throws {
        let pending = try harness.send(
            .post, "/sessions",
            #"{"uri":"ws://127.0.0.1:4000/socket/websocket","socket":"shared","reconnect":false,"topics":[{"topic":"t"}]}"#
        )
        settle()
        harness.transport.links[0].handler.transportFailed(.failed(reason: "nothing listens"))
        settle()
        #expect(pending.status == 502)
        _ = try session()
        #expect(harness.transport.links.count == 2)
    }
}
