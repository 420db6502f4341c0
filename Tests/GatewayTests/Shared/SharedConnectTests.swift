import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// Sessions with `"socket":"shared"`: api.md, section "Sessions", `/disconnect` and `/connect`.
@Suite struct SharedConnectTests {
    private let shared = SharedHarness()

    // MARK: Disconnecting

    @Test func aDisconnectDetachesThatSessionAlone() throws {
        let (first, second) = try shared.pair()
        let answer = try shared.send(first, .post, "/disconnect")
        #expect(answer.status == 200 && answer.string("state") == "disconnected")
        #expect(answer.text.contains(#""upstream":{"cause":"requested","code":null"#))
        #expect(answer.text.contains(#""topics":[{"topic":"t","state":"errored","response":null}]"#))
        #expect(first.link.closeCodes == [] && first.link.sentTexts() == [])
        first.receive(#"["1",null,"t","hello",{}]"#)
        #expect(try shared.events(first) == ["connected", "joined t", "disconnected requested"])
        #expect(try shared.events(second) == ["connected", "joined t", "message t hello"])
        #expect(try second.state() == "connected")
        let push = try shared.send(second, .post, "/topics/t/push?wait=1s", #"{"event":"e"}"#)
        second.reply(2)
        #expect(push.status == 200)
    }

    @Test func theServerHearsOfTheDisconnectOfWhoeverAloneHadATopic() throws {
        let (first, second) = try shared.pair()
        let alone = try shared.send(first, .put, "/topics/u")
        first.reply(2, on: "u", joinRef: 2)
        #expect(alone.status == 201)
        _ = first.link.sent()
        #expect(try shared.send(first, .post, "/disconnect").status == 200)
        #expect(first.link.sentTexts() == [#"["2","3","u","phx_leave",{}]"#])
        #expect(try second.state() == "connected")
    }

    @Test func theDisconnectOfTheLastClosesTheSocket() throws {
        let (first, second) = try shared.pair()
        #expect(try shared.send(first, .post, "/disconnect").status == 200)
        #expect(try shared.send(second, .post, "/disconnect").status == 200)
        #expect(first.link.closeCodes == [1000])
        shared.harness.transport.advance(.seconds(1_000))
        #expect(shared.links.count == 1)
    }

    @Test func aDisconnectOfWhatIsDisconnectedIs200AtOnceAndTellsNothing() throws {
        let (first, _) = try shared.pair()
        #expect(try shared.send(first, .post, "/disconnect").status == 200)
        #expect(try first.send(.post, "/disconnect").status == 200)
        #expect(try shared.events(first) == ["connected", "joined t", "disconnected requested"])
    }

    @Test func itsPushesInFlightAreLostAndNoOthers() throws {
        let (first, second) = try shared.pair()
        let own = try shared.send(first, .post, "/topics/t/push?wait=30s", #"{"event":"e"}"#)
        let others = try shared.send(second, .post, "/topics/t/push?wait=30s", #"{"event":"e"}"#)
        #expect(try shared.send(first, .post, "/disconnect").status == 200)
        #expect(own.status == 410 && own.string("code") == "reply-lost" && own.string("reason") == "disconnected")
        first.reply(2)
        second.reply(3)
        #expect(others.status == 200)
        #expect(try shared.events(first).last == "disconnected requested")
    }

    @Test func aJoinThatIsNotAnsweredFailsWithTheDisconnect() throws {
        let (first, second) = (try shared.session(), try shared.session())
        let own = try shared.send(first, .put, "/topics/t?wait=30s")
        let others = try shared.send(second, .put, "/topics/t?wait=30s")
        #expect(try shared.send(first, .post, "/disconnect").status == 200)
        #expect(own.status == 503 && own.string("code") == "disconnected")
        first.reply(1)
        shared.settle()
        #expect(others.status == 201)
        #expect(try shared.events(first).contains("joined t") == false)
        // It was never joined, so that a connect doesn't join it.
        #expect(try shared.send(first, .post, "/connect").status == 200)
        #expect(first.link.sentTexts().count == 1)
    }

    @Test func aDisconnectWhileTheSocketConnectsLeavesItToTheOthers() throws {
        let body = #"{"uri":"ws://127.0.0.1:4000/socket/websocket","socket":"shared"}"#
        let url = try #require(try shared.harness.send(.post, "/sessions?wait=0", body).string("url"))
        let other = try shared.harness.send(.post, "/sessions", body)
        shared.settle()
        let answer = try shared.harness.send(.post, "\(url)/disconnect")
        shared.settle()
        #expect(answer.status == 200 && answer.string("state") == "disconnected")
        #expect(shared.links.count == 1 && shared.links[0].closeCodes == [])
        shared.links[0].accept()
        shared.settle()
        #expect(other.status == 201)
        #expect(try shared.harness.send(.get, url).string("state") == "disconnected")
    }

    // MARK: Connecting

    @Test func aConnectIsOnTheOpenSocketAgainAndTellsTheRejoinsInOrder() throws {
        let (first, second) = try shared.pair()
        _ = try shared.send(first, .post, "/disconnect")
        let answer = try shared.send(first, .post, "/connect")
        #expect(answer.status == 200 && answer.string("state") == "connected")
        #expect(answer.text.contains(#""topics":[{"topic":"t","state":"joined","response":{"r":1}}]"#))
        #expect(shared.links.count == 1 && first.link.sentTexts() == [])
        first.receive(#"["1",null,"t","hello",{}]"#)
        #expect(
            try shared.events(first) == [
                "connected", "joined t", "disconnected requested", "connected", "joined t", "gap t reconnect",
                "message t hello",
            ])
        #expect(try shared.events(second) == ["connected", "joined t", "message t hello"])
    }

    @Test func aConnectWaitsForTheRejoinOfATopicThatNobodyElseHas() throws {
        let (first, second) = try shared.pair()
        _ = try shared.send(second, .delete, "/topics/t")
        _ = try shared.send(first, .post, "/disconnect")
        #expect(first.link.sentTexts() == [#"["1","2","t","phx_leave",{}]"#])
        first.reply(2)
        let answer = try shared.send(first, .post, "/connect")
        #expect(answer.isWaiting)
        #expect(first.link.sentTexts() == [#"["3","3","t","phx_join",{"n":1}]"#])
        first.reply(3, joinRef: 3, #"{"r":2}"#)
        shared.settle()
        #expect(answer.status == 200)
        #expect(answer.text.contains(#""topics":[{"topic":"t","state":"joined","response":{"r":2}}]"#))
        #expect(try shared.events(first).suffix(3) == ["connected", "joined t", "gap t reconnect"])
    }

    @Test func aRejoinComesBehindTheLeaveThatIsOnItsWay() throws {
        let (first, second) = try shared.pair()
        _ = try shared.send(second, .delete, "/topics/t")
        _ = try shared.send(first, .post, "/disconnect")
        let answer = try shared.send(first, .post, "/connect")
        #expect(answer.isWaiting)
        #expect(first.link.sentTexts() == [#"["1","2","t","phx_leave",{}]"#])
        first.reply(2)
        #expect(first.link.sentTexts() == [#"["3","3","t","phx_join",{"n":1}]"#])
        first.reply(3, joinRef: 3)
        shared.settle()
        #expect(answer.status == 200)
        #expect(try shared.events(first).suffix(3) == ["connected", "joined t", "gap t reconnect"])
    }

    @Test func whenAllHaveDisconnectedTheConnectOfOneOpensASocketForAll() throws {
        let (first, second) = try shared.pair()
        for session in [first, second] { _ = try shared.send(session, .post, "/disconnect") }
        let one = try shared.send(first, .post, "/connect")
        let two = try shared.send(second, .post, "/connect")
        #expect(shared.links.count == 2 && one.isWaiting && two.isWaiting)
        shared.links[1].accept()
        #expect(shared.links[1].sentTexts() == [#"["1","1","t","phx_join",{"n":1}]"#])
        try shared.server(first).reply(1)
        shared.settle()
        #expect(one.status == 200 && two.status == 200)
        for session in [first, second] {
            #expect(try shared.events(session).suffix(3) == ["connected", "joined t", "gap t reconnect"])
        }
    }

    @Test func aRefusedRejoinIsShownAndKeepsNobodyWaiting() throws {
        let (first, second) = try shared.pair()
        _ = try shared.send(second, .delete, "/topics/t")
        _ = try shared.send(first, .post, "/disconnect")
        first.reply(2)
        let answer = try shared.send(first, .post, "/connect")
        first.reply(3, joinRef: 3, status: "error", #"{"reason":"no"}"#)
        shared.settle()
        #expect(answer.status == 200 && answer.text.contains(#""state":"rejected""#))
        #expect(try shared.events(first).suffix(2) == ["join_failed t", "gap t join_failed"])
    }

    @Test func aTopicThatWasLeftMeanwhileIsNotJoinedAnew() throws {
        let (first, _) = try shared.pair()
        _ = try shared.send(first, .post, "/disconnect")
        #expect(try shared.send(first, .delete, "/topics/t").status == 204)
        #expect(try shared.send(first, .post, "/connect").status == 200)
        first.receive(#"["1",null,"t","hello",{}]"#)
        #expect(try shared.events(first).last == "connected")
    }

    @Test func aTopicOnAnotherSocketGoesAndComesWithItsSession() throws {
        let (first, second) = try shared.pair()
        _ = try shared.send(second, .delete, "/topics/t")
        let other = try shared.send(second, .put, "/topics/t", #"{"params":{"n":2}}"#)
        #expect(shared.links.count == 2)
        shared.links[1].accept()
        try shared.server(second).reply(1)
        shared.settle()
        #expect(other.status == 201)
        #expect(try shared.send(second, .post, "/disconnect").status == 200)
        #expect(shared.links[1].closeCodes == [1000] && shared.links[0].closeCodes == [])
        let answer = try shared.send(second, .post, "/connect")
        #expect(answer.isWaiting && shared.links.count == 3)
        shared.links[2].accept()
        #expect(shared.links[2].sentTexts() == [#"["1","1","t","phx_join",{"n":2}]"#])
        try shared.server(second).reply(1)
        shared.settle()
        #expect(answer.status == 200)
        #expect(try shared.events(second).suffix(3) == ["connected", "joined t", "gap t reconnect"])
        #expect(try shared.events(first) == ["connected", "joined t"])
    }

    @Test func aTopicOnAnotherSocketIsJoinedAnewWhenItsSessionIsConnectedAgain() throws {
        let (_, second) = try shared.pair()
        _ = try shared.send(second, .delete, "/topics/t")
        _ = try shared.send(second, .put, "/topics/t", #"{"params":{"n":2}}"#)
        shared.links[1].accept()
        try shared.server(second).reply(1)
        shared.links[0].handler.transportClosed(code: 1012, reason: "")
        shared.settle()
        #expect(try second.state() == "disconnected")
        shared.harness.transport.advance(.seconds(1))
        shared.links[2].accept()
        shared.settle()
        #expect(shared.links.count == 4)
        shared.links[3].accept()
        #expect(shared.links[3].sentTexts() == [#"["1","1","t","phx_join",{"n":2}]"#])
        try shared.server(second).reply(1)
        #expect(
            try shared.events(second).suffix(4) == ["disconnected server", "connected", "joined t", "gap t reconnect"])
    }

    @Test func aTopicWhoseOtherSocketIsGivenUpFailsAndIsJoinedOnYetAnother() throws {
        let (_, second) = try shared.pair(#","reconnect":false"#)
        _ = try shared.send(second, .delete, "/topics/t")
        _ = try shared.send(second, .put, "/topics/t", #"{"params":{"n":2}}"#)
        shared.links[1].accept()
        try shared.server(second).reply(1)
        shared.links[1].handler.transportClosed(code: 1012, reason: "")
        let told = try shared.events(second).suffix(3)
        #expect(told == ["topic_error t", "join_failed t disconnected", "gap t join_failed"])
        #expect(try second.state() == "connected")
        let again = try shared.send(second, .put, "/topics/t", #"{"params":{"n":2}}"#)
        #expect(shared.links.count == 3)
        shared.links[2].accept()
        try shared.server(second).reply(1)
        shared.settle()
        #expect(again.status == 201)
    }

    @Test(.timeLimit(.minutes(10)))
    func requestsFromManyThreadsLeaveEverySessionConnectedAndJoined() async throws {
        let shared = shared
        let (first, second) = try shared.pair()
        let sessions = [first, second, try shared.session(), try shared.session()]
        // It takes over from the test, which has accepted the first.
        let server = AgreeingServer(shared.harness.transport, open: shared.links)
        await withTaskGroup(of: Void.self) { group in
            for session in sessions {
                group.addTask {
                    for round in 0..<50 {
                        let body = #"{"params":{"n":\#(round % 2)}}"#
                        _ = try? session.send(.put, "/topics/t?wait=0", body)
                        _ = try? session.send(.post, "/disconnect?wait=0")
                        _ = try? session.send(.post, "/connect?wait=0")
                        if round % 5 == 0 { _ = try? session.send(.delete, "/topics/t?wait=0") }
                        server.serve()
                    }
                }
            }
        }
        for session in sessions {
            let connect = try session.send(.post, "/connect")
            try await until {
                server.serve()
                shared.settle()
                return !connect.isWaiting
            }
            #expect(connect.status == 200, "\(connect.text)")
            let topic = try session.send(.put, "/topics/t?rejoin=true", #"{"params":{"n":3}}"#)
            try await until {
                server.serve()
                shared.settle()
                return !topic.isWaiting
            }
            #expect(topic.status == 201, "\(topic.text)")
        }
    }

    @Test func aConnectWhileTheSocketWaitsToReconnectIsMadeNow() throws {
        let (first, second) = try shared.pair()
        first.link.handler.transportClosed(code: 1012, reason: "")
        shared.settle()
        let answer = try shared.send(first, .post, "/connect")
        #expect(shared.links.count == 2)
        shared.links[1].accept()
        try shared.server(first).reply(2, joinRef: 2)
        shared.settle()
        #expect(answer.status == 200)
        #expect(try second.state() == "connected")
        shared.harness.transport.advance(.seconds(20))
        #expect(shared.links.count == 2)
    }

    @Test func afterReconnectingHasGivenUpAConnectOpensAnotherSocket() throws {
        let (first, second) = try shared.pair(#","reconnect":false"#)
        first.link.handler.transportClosed(code: 1012, reason: "")
        shared.settle()
        #expect(try first.state() == "disconnected")
        let failed = try shared.send(first, .post, "/connect")
        shared.links[1].handler.transportFailed(.refused(UpgradeRefusal(status: 401, now: 0)))
        shared.settle()
        #expect(failed.status == 502)
        let answer = try shared.send(first, .post, "/connect")
        #expect(shared.links.count == 3)
        shared.links[2].accept()
        #expect(shared.links[2].sentTexts() == [#"["1","1","t","phx_join",{"n":1}]"#])
        try shared.server(first).reply(1)
        shared.settle()
        #expect(answer.status == 200)
        #expect(try shared.events(first).suffix(3) == ["connected", "joined t", "gap t reconnect"])
        #expect(try second.state() == "disconnected")
    }

    @Test func aConnectionThatIsLostBeforeTheRejoinsLeavesThemToTheNext() throws {
        let (first, second) = try shared.pair()
        for session in [first, second] { _ = try shared.send(session, .post, "/disconnect") }
        let answer = try shared.send(first, .post, "/connect")
        shared.links[1].accept()
        #expect(shared.links[1].sentTexts().count == 1)
        shared.links[1].handler.transportClosed(code: 1011, reason: "")
        shared.settle()
        #expect(answer.status == 503)
        shared.harness.transport.advance(.seconds(1))
        shared.links[2].accept()
        shared.settle()
        #expect(shared.links[2].sentTexts() == [#"["2","2","t","phx_join",{"n":1}]"#])
        try shared.server(first).reply(2, joinRef: 2)
        #expect(try shared.events(first).suffix(3) == ["connected", "joined t", "gap t reconnect"])
    }

    @Test func pushRefsAreNeverMetAgain() throws {
        let (first, _) = try shared.pair()
        var refs: Set<String> = []
        for _ in 0..<3 {
            refs.insert(try #require(try shared.send(first, .post, "/topics/t/push", #"{"event":"e"}"#).string("ref")))
            _ = try shared.send(first, .post, "/disconnect")
            _ = try shared.send(first, .post, "/connect")
        }
        #expect(refs.count == 3)
        for ref in refs { #expect(try first.send(.get, "/replies/\(ref)").string("code") == "reply-lost") }
    }

    @Test func aTopicOnAnotherSocketIsNotJoinedOnTheFirstOneToo() throws {
        let urls = try [1, 2].map { params in
            defer { shared.settle() }
            return try shared.harness.send(
                .post, "/sessions?wait=0",
                #"{"uri":"ws://127.0.0.1:4000/s","socket":"shared","topics":[{"topic":"t","params":{"n":\#(params)}}]}"#
            ).string("url")
        }
        #expect(shared.links.count == 2)
        #expect(try shared.harness.send(.delete, "\(try #require(urls[0]))/topics/t").status == 204)
        shared.links[0].accept()
        shared.settle()
        #expect(shared.links[0].sentTexts() == [])
        shared.links[1].accept()
        #expect(shared.links[1].sentTexts() == [#"["1","1","t","phx_join",{"n":2}]"#])
    }
}
