import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// Sessions with `"socket":"shared"`: api.md, section "Sessions", `/disconnect`, `/connect` and `PATCH`.
@Suite struct SharedConnectTests {
    private let harness = GatewayHarness()

    private var links: [ScriptedLink] { harness.transport.links }

    /// Has what was put off be done: events of a command come out of the event loop.
    private func settle() {
        harness.transport.advance()
        harness.time.run()
    }

    /// A session that shares its socket, which is accepted if nobody has it yet.
    private func session(_ members: String = "") throws -> SessionHarness {
        let pending = try harness.send(
            .post, "/sessions", #"{"uri":"ws://127.0.0.1:4000/socket/websocket","socket":"shared"\#(members)}"#)
        settle()
        if pending.isWaiting { links.last?.accept() }
        settle()
        let id = try #require(pending.string("id"), "\(pending.text)")
        return SessionHarness(harness: harness, id: id, link: try #require(links.last))
    }

    /// The same session, with the server of the last socket that was asked for.
    private func server(_ session: SessionHarness) throws -> SessionHarness {
        SessionHarness(harness: harness, id: session.id, link: try #require(links.last))
    }

    private func send(
        _ session: SessionHarness, _ method: HTTPRequest.Method, _ path: String, _ body: String = ""
    ) throws -> GatewayHarness.Pending {
        defer { settle() }
        return try session.send(method, path, body)
    }

    private func events(_ session: SessionHarness) throws -> [String] {
        settle()
        return try session.send(.get, "/events").json.member("events")?.elements().map { entry in
            ["kind", "topic", "event", "reason", "cause"].compactMap { entry.member($0)?.string }
                .filter { !$0.isEmpty }.joined(separator: " ")
        } ?? []
    }

    /// Two sessions that have joined `t`, on one socket.
    private func pair(_ members: String = "") throws -> (SessionHarness, SessionHarness) {
        let (first, second) = (try session(members), try session(members))
        let joined = try send(first, .put, "/topics/t", #"{"params":{"n":1}}"#)
        first.reply(1, #"{"r":1}"#)
        #expect(joined.status == 201)
        #expect(try send(second, .put, "/topics/t", #"{"params":{"n":1}}"#).status == 201)
        _ = first.link.sent()
        return (first, second)
    }

    // MARK: Disconnecting

    @Test func aDisconnectDetachesThatSessionAlone() throws {
        let (first, second) = try pair()
        let answer = try send(first, .post, "/disconnect")
        #expect(answer.status == 200 && answer.string("state") == "disconnected")
        #expect(answer.text.contains(#""upstream":{"cause":"requested","code":null"#))
        #expect(answer.text.contains(#""topics":[{"topic":"t","state":"errored","response":null}]"#))
        #expect(first.link.closeCodes == [] && first.link.sentTexts() == [])
        first.receive(#"["1",null,"t","hello",{}]"#)
        #expect(try events(first) == ["connected", "joined t", "disconnected requested"])
        #expect(try events(second) == ["connected", "joined t", "message t hello"])
        #expect(try second.state() == "connected")
        let push = try send(second, .post, "/topics/t/push?wait=1s", #"{"event":"e"}"#)
        second.reply(2)
        #expect(push.status == 200)
    }

    @Test func theServerHearsOfTheDisconnectOfWhoeverAloneHadATopic() throws {
        let (first, second) = try pair()
        let alone = try send(first, .put, "/topics/u")
        first.reply(2, on: "u", joinRef: 2)
        #expect(alone.status == 201)
        _ = first.link.sent()
        #expect(try send(first, .post, "/disconnect").status == 200)
        #expect(first.link.sentTexts() == [#"["2","3","u","phx_leave",{}]"#])
        #expect(try second.state() == "connected")
    }

    @Test func theDisconnectOfTheLastClosesTheSocket() throws {
        let (first, second) = try pair()
        #expect(try send(first, .post, "/disconnect").status == 200)
        #expect(try send(second, .post, "/disconnect").status == 200)
        #expect(first.link.closeCodes == [1000])
        harness.transport.advance(.seconds(1_000))
        #expect(links.count == 1)
    }

    @Test func aDisconnectOfWhatIsDisconnectedIs200AtOnceAndTellsNothing() throws {
        let (first, _) = try pair()
        #expect(try send(first, .post, "/disconnect").status == 200)
        #expect(try first.send(.post, "/disconnect").status == 200)
        #expect(try events(first) == ["connected", "joined t", "disconnected requested"])
    }

    @Test func itsPushesInFlightAreLostAndNoOthers() throws {
        let (first, second) = try pair()
        let own = try send(first, .post, "/topics/t/push?wait=30s", #"{"event":"e"}"#)
        let others = try send(second, .post, "/topics/t/push?wait=30s", #"{"event":"e"}"#)
        #expect(try send(first, .post, "/disconnect").status == 200)
        #expect(own.status == 410 && own.string("code") == "reply-lost" && own.string("reason") == "disconnected")
        first.reply(2)
        second.reply(3)
        #expect(others.status == 200)
        #expect(try events(first).last == "disconnected requested")
    }

    @Test func aJoinThatIsNotAnsweredFailsWithTheDisconnect() throws {
        let (first, second) = (try session(), try session())
        let own = try send(first, .put, "/topics/t?wait=30s")
        let others = try send(second, .put, "/topics/t?wait=30s")
        #expect(try send(first, .post, "/disconnect").status == 200)
        #expect(own.status == 503 && own.string("code") == "disconnected")
        first.reply(1)
        settle()
        #expect(others.status == 201)
        #expect(try events(first).contains("joined t") == false)
        // It was never joined, so that a connect doesn't join it.
        #expect(try send(first, .post, "/connect").status == 200)
        #expect(first.link.sentTexts().count == 1)
    }

    @Test func aDisconnectWhileTheSocketConnectsLeavesItToTheOthers() throws {
        let body = #"{"uri":"ws://127.0.0.1:4000/socket/websocket","socket":"shared"}"#
        let url = try #require(try harness.send(.post, "/sessions?wait=0", body).string("url"))
        let other = try harness.send(.post, "/sessions", body)
        settle()
        let answer = try harness.send(.post, "\(url)/disconnect")
        settle()
        #expect(answer.status == 200 && answer.string("state") == "disconnected")
        #expect(links.count == 1 && links[0].closeCodes == [])
        links[0].accept()
        settle()
        #expect(other.status == 201)
        #expect(try harness.send(.get, url).string("state") == "disconnected")
    }

    // MARK: Connecting

    @Test func aConnectIsOnTheOpenSocketAgainAndTellsTheRejoinsInOrder() throws {
        let (first, second) = try pair()
        _ = try send(first, .post, "/disconnect")
        let answer = try send(first, .post, "/connect")
        #expect(answer.status == 200 && answer.string("state") == "connected")
        #expect(answer.text.contains(#""topics":[{"topic":"t","state":"joined","response":{"r":1}}]"#))
        #expect(links.count == 1 && first.link.sentTexts() == [])
        first.receive(#"["1",null,"t","hello",{}]"#)
        #expect(
            try events(first) == [
                "connected", "joined t", "disconnected requested", "connected", "joined t", "gap t reconnect",
                "message t hello",
            ])
        #expect(try events(second) == ["connected", "joined t", "message t hello"])
    }

    @Test func aConnectWaitsForTheRejoinOfATopicThatNobodyElseHas() throws {
        let (first, second) = try pair()
        _ = try send(second, .delete, "/topics/t")
        _ = try send(first, .post, "/disconnect")
        #expect(first.link.sentTexts() == [#"["1","2","t","phx_leave",{}]"#])
        first.reply(2)
        let answer = try send(first, .post, "/connect")
        #expect(answer.isWaiting)
        #expect(first.link.sentTexts() == [#"["3","3","t","phx_join",{"n":1}]"#])
        first.reply(3, joinRef: 3, #"{"r":2}"#)
        settle()
        #expect(answer.status == 200)
        #expect(answer.text.contains(#""topics":[{"topic":"t","state":"joined","response":{"r":2}}]"#))
        #expect(try events(first).suffix(3) == ["connected", "joined t", "gap t reconnect"])
    }

    @Test func aRejoinComesBehindTheLeaveThatIsOnItsWay() throws {
        let (first, second) = try pair()
        _ = try send(second, .delete, "/topics/t")
        _ = try send(first, .post, "/disconnect")
        let answer = try send(first, .post, "/connect")
        #expect(answer.isWaiting)
        #expect(first.link.sentTexts() == [#"["1","2","t","phx_leave",{}]"#])
        first.reply(2)
        #expect(first.link.sentTexts() == [#"["3","3","t","phx_join",{"n":1}]"#])
        first.reply(3, joinRef: 3)
        settle()
        #expect(answer.status == 200)
        #expect(try events(first).suffix(3) == ["connected", "joined t", "gap t reconnect"])
    }

    @Test func whenAllHaveDisconnectedTheConnectOfOneOpensASocketForAll() throws {
        let (first, second) = try pair()
        for session in [first, second] { _ = try send(session, .post, "/disconnect") }
        let one = try send(first, .post, "/connect")
        let two = try send(second, .post, "/connect")
        #expect(links.count == 2 && one.isWaiting && two.isWaiting)
        links[1].accept()
        #expect(links[1].sentTexts() == [#"["1","1","t","phx_join",{"n":1}]"#])
        try server(first).reply(1)
        settle()
        #expect(one.status == 200 && two.status == 200)
        for session in [first, second] {
            #expect(try events(session).suffix(3) == ["connected", "joined t", "gap t reconnect"])
        }
    }

    @Test func aRefusedRejoinIsShownAndKeepsNobodyWaiting() throws {
        let (first, second) = try pair()
        _ = try send(second, .delete, "/topics/t")
        _ = try send(first, .post, "/disconnect")
        first.reply(2)
        let answer = try send(first, .post, "/connect")
        first.reply(3, joinRef: 3, status: "error", #"{"reason":"no"}"#)
        settle()
        #expect(answer.status == 200 && answer.text.contains(#""state":"rejected""#))
        #expect(try events(first).suffix(2) == ["join_failed t", "gap t join_failed"])
    }

    @Test func aTopicThatWasLeftMeanwhileIsNotJoinedAnew() throws {
        let (first, _) = try pair()
        _ = try send(first, .post, "/disconnect")
        #expect(try send(first, .delete, "/topics/t").status == 204)
        #expect(try send(first, .post, "/connect").status == 200)
        first.receive(#"["1",null,"t","hello",{}]"#)
        #expect(try events(first).last == "connected")
    }

    @Test func aTopicOnAnotherSocketGoesAndComesWithItsSession() throws {
        let (first, second) = try pair()
        _ = try send(second, .delete, "/topics/t")
        let other = try send(second, .put, "/topics/t", #"{"params":{"n":2}}"#)
        #expect(links.count == 2)
        links[1].accept()
        try server(second).reply(1)
        settle()
        #expect(other.status == 201)
        #expect(try send(second, .post, "/disconnect").status == 200)
        #expect(links[1].closeCodes == [1000] && links[0].closeCodes == [])
        let answer = try send(second, .post, "/connect")
        #expect(answer.isWaiting && links.count == 3)
        links[2].accept()
        #expect(links[2].sentTexts() == [#"["1","1","t","phx_join",{"n":2}]"#])
        try server(second).reply(1)
        settle()
        #expect(answer.status == 200)
        #expect(try events(second).suffix(3) == ["connected", "joined t", "gap t reconnect"])
        #expect(try events(first) == ["connected", "joined t"])
    }

    @Test func aTopicOnAnotherSocketIsJoinedAnewWhenItsSessionIsConnectedAgain() throws {
        let (_, second) = try pair()
        _ = try send(second, .delete, "/topics/t")
        _ = try send(second, .put, "/topics/t", #"{"params":{"n":2}}"#)
        links[1].accept()
        try server(second).reply(1)
        links[0].handler.transportClosed(code: 1012, reason: "")
        settle()
        #expect(try second.state() == "disconnected")
        harness.transport.advance(.seconds(1))
        links[2].accept()
        settle()
        #expect(links.count == 4)
        links[3].accept()
        #expect(links[3].sentTexts() == [#"["1","1","t","phx_join",{"n":2}]"#])
        try server(second).reply(1)
        #expect(
            try events(second).suffix(4) == ["disconnected server", "connected", "joined t", "gap t reconnect"])
    }

    @Test func aConnectWhileTheSocketWaitsToReconnectIsMadeNow() throws {
        let (first, second) = try pair()
        first.link.handler.transportClosed(code: 1012, reason: "")
        settle()
        let answer = try send(first, .post, "/connect")
        #expect(links.count == 2)
        links[1].accept()
        try server(first).reply(2, joinRef: 2)
        settle()
        #expect(answer.status == 200)
        #expect(try second.state() == "connected")
        harness.transport.advance(.seconds(20))
        #expect(links.count == 2)
    }

    @Test func afterReconnectingHasGivenUpAConnectOpensAnotherSocket() throws {
        let (first, second) = try pair(#","reconnect":false"#)
        first.link.handler.transportClosed(code: 1012, reason: "")
        settle()
        #expect(try first.state() == "disconnected")
        let failed = try send(first, .post, "/connect")
        links[1].handler.transportFailed(.refused(UpgradeRefusal(status: 401, now: 0)))
        settle()
        #expect(failed.status == 502)
        let answer = try send(first, .post, "/connect")
        #expect(links.count == 3)
        links[2].accept()
        #expect(links[2].sentTexts() == [#"["1","1","t","phx_join",{"n":1}]"#])
        try server(first).reply(1)
        settle()
        #expect(answer.status == 200)
        #expect(try events(first).suffix(3) == ["connected", "joined t", "gap t reconnect"])
        #expect(try second.state() == "disconnected")
    }

    @Test func aConnectionThatIsLostBeforeTheRejoinsLeavesThemToTheNext() throws {
        let (first, second) = try pair()
        for session in [first, second] { _ = try send(session, .post, "/disconnect") }
        let answer = try send(first, .post, "/connect")
        links[1].accept()
        #expect(links[1].sentTexts().count == 1)
        links[1].handler.transportClosed(code: 1011, reason: "")
        settle()
        #expect(answer.status == 503)
        harness.transport.advance(.seconds(1))
        links[2].accept()
        settle()
        #expect(links[2].sentTexts() == [#"["2","2","t","phx_join",{"n":1}]"#])
        try server(first).reply(2, joinRef: 2)
        #expect(try events(first).suffix(3) == ["connected", "joined t", "gap t reconnect"])
    }

    @Test func pushRefsAreNeverMetAgain() throws {
        let (first, _) = try pair()
        var refs: Set<String> = []
        for _ in 0..<3 {
            refs.insert(try #require(try send(first, .post, "/topics/t/push", #"{"event":"e"}"#).string("ref")))
            _ = try send(first, .post, "/disconnect")
            _ = try send(first, .post, "/connect")
        }
        #expect(refs.count == 3)
        for ref in refs { #expect(try first.send(.get, "/replies/\(ref)").string("code") == "reply-lost") }
    }

    // MARK: Patches

    @Test(arguments: [#"{"params":{"a":1}}"#, #"{"headers":{"x-a":"1"}}"#, #"{"auth_token":"new"}"#])
    func afterAPatchTheNextConnectTakesAnotherSocket(_ body: String) throws {
        let (first, second) = try pair()
        let patched = try send(first, .patch, "", body)
        #expect(patched.status == 200 && patched.string("state") == "connected")
        #expect(links.count == 1 && first.link.sentTexts() == [])
        _ = try send(first, .post, "/disconnect")
        let answer = try send(first, .post, "/connect")
        #expect(links.count == 2 && links[1].endpoint != links[0].endpoint)
        links[1].accept()
        #expect(links[1].sentTexts() == [#"["1","1","t","phx_join",{"n":1}]"#])
        try server(first).reply(1)
        settle()
        #expect(answer.status == 200)
        #expect(links[0].closeCodes == [] && links[0].sentTexts() == [])
        links[0].receive(#"["1",null,"t","hello",{}]"#)
        #expect(try events(first).suffix(3) == ["connected", "joined t", "gap t reconnect"])
        #expect(try events(second) == ["connected", "joined t", "message t hello"])
    }

    @Test func aPatchToWhatAnotherHasTakesItsSocket() throws {
        let first = try session()
        _ = try session(#","auth_token":"new""#)
        #expect(links.count == 2)
        _ = try send(first, .patch, "", #"{"auth_token":"new"}"#)
        _ = try send(first, .post, "/disconnect")
        #expect(try send(first, .post, "/connect").status == 200)
        #expect(links.count == 2 && links[0].closeCodes == [1000])
    }

    @Test func afterAPatchALostConnectionIsMadeAnewOnAnotherSocketForThatSessionAlone() throws {
        let (first, second) = try pair()
        _ = try send(first, .patch, "", #"{"auth_token":"new"}"#)
        links[0].handler.transportClosed(code: 1012, reason: "")
        settle()
        #expect(links.count == 2 && links[1].endpoint != links[0].endpoint)
        links[1].accept()
        settle()
        #expect(links[1].sentTexts() == [#"["1","1","t","phx_join",{"n":1}]"#])
        try server(first).reply(1)
        #expect(
            try events(first).suffix(4) == ["disconnected server", "connected", "joined t", "gap t reconnect"])
        harness.transport.advance(.seconds(1))
        #expect(links.count == 3 && links[2].endpoint == links[0].endpoint)
        links[2].accept()
        #expect(try second.state() == "connected")
    }

    @Test func whereReconnectingHasGivenUpAPatchAndAConnectBringOneBack() throws {
        let (first, second) = try pair(#","auth_token":"old""#)
        links[0].handler.transportClosed(code: 1012, reason: "")
        harness.transport.advance(.seconds(1))
        links[1].handler.transportFailed(.refused(UpgradeRefusal(status: 401, now: 0)))
        settle()
        _ = try send(first, .patch, "", #"{"auth_token":"new"}"#)
        #expect(links.count == 2)
        let answer = try send(first, .post, "/connect")
        #expect(links.count == 3 && links[2].endpoint.subprotocols != links[0].endpoint.subprotocols)
        links[2].accept()
        try server(first).reply(1)
        settle()
        #expect(answer.status == 200)
        #expect(try second.state() == "disconnected")
    }

    @Test func aPatchWhileItConnectsCountsForTheNextAttemptAndKeepsWhatIsToBeJoined() throws {
        let pending = try harness.send(
            .post, "/sessions?wait=0",
            #"{"uri":"ws://127.0.0.1:4000/s","socket":"shared","topics":[{"topic":"t","params":{"n":1}}]}"#)
        settle()
        let session = SessionHarness(harness: harness, id: try #require(pending.string("id")), link: links[0])
        _ = try send(session, .patch, "", #"{"auth_token":"new"}"#)
        links[0].handler.transportFailed(.failed(reason: "nothing listens"))
        settle()
        #expect(links.count == 2 && links[1].endpoint != links[0].endpoint)
        links[1].accept()
        settle()
        #expect(links[1].sentTexts() == [#"["1","1","t","phx_join",{"n":1}]"#])
        try server(session).reply(1)
        #expect(try events(session) == ["connect_failed nothing listens", "connected", "joined t"])
        harness.transport.advance(.seconds(100))
        #expect(links.count == 2)
    }

    // MARK: Names

    @Test func aNamedSessionTakesOverATokenForItsNextConnect() throws {
        let spec = #"{"uri":"ws://127.0.0.1:4000/s","socket":"shared","topics":[{"topic":"t"}]"#
        let made = try harness.send(.put, "/sessions/n", spec + "}")
        settle()
        links[0].accept()
        let session = SessionHarness(harness: harness, id: "n", link: links[0])
        session.reply(1)
        settle()
        #expect(made.status == 201)
        #expect(try send(session, .put, "", spec + #","auth_token":"new"}"#).status == 200)
        _ = try send(session, .post, "/disconnect")
        // The name's request connects it again, too.
        let again = try send(session, .put, "", spec + #","auth_token":"new"}"#)
        #expect(links.count == 2 && links[1].endpoint != links[0].endpoint)
        links[1].accept()
        try server(session).reply(1)
        settle()
        #expect(again.status == 200)
    }
}
