import Gateway
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// api.md, "Sessions": `/disconnect` and `/connect`; "Model": when reconnecting gives up.
@Suite struct ConnectTests {
    private let harness = GatewayHarness()

    private var last: ScriptedLink? { harness.transport.links.last }

    private func closed() {
        last?.handler.transportClosed(code: 1000, reason: "")
        harness.time.run()
    }

    /// A session whose topic was joined, disconnected by request.
    private func disconnected(_ members: String = "") throws -> SessionHarness {
        let session = try harness.session(members)
        try session.join()
        let answer = try session.send(.post, "/disconnect")
        closed()
        #expect(answer.status == 200)
        return session
    }

    private func server(_ session: SessionHarness) throws -> SessionHarness {
        SessionHarness(harness: harness, id: session.id, link: try #require(last))
    }

    private func entries(_ session: SessionHarness) throws -> [String] {
        try session.send(.get, "/events").json.member("events")?.elements().map { entry in
            let words = ["kind", "topic", "reason", "cause", "rejoin"].compactMap { name -> String? in
                guard let value = entry.member(name) else { return nil }
                return value.string ?? value.bool.map { "\($0)" }
            }
            return words.filter { !$0.isEmpty }.joined(separator: " ")
        } ?? []
    }

    // MARK: Disconnecting

    @Test func aDisconnectIsAnsweredOnceTheWebsocketHasEnded() throws {
        let session = try harness.session()
        try session.join()
        let answer = try session.send(.post, "/disconnect")
        #expect(answer.isWaiting && session.link.closeCodes == [1000])
        closed()
        #expect(answer.status == 200 && answer.string("state") == "disconnected")
        #expect(answer.text.contains(#""upstream":{"cause":"requested","code":1000,"reason":"","retry_in":null}"#))
        #expect(answer.text.contains(#""topics":[{"topic":"t","state":"errored","response":null}]"#))
        #expect(try entries(session) == ["connected", "joined t false", "disconnected requested"])
    }

    @Test func whatNeedsTheConnectionIsToldToConnect() throws {
        let session = try disconnected()
        for answer in [
            try session.send(.post, "/topics/t/push", #"{"event":"e"}"#), try session.send(.put, "/topics/u"),
        ] {
            #expect(answer.string("code") == "disconnected" && answer.json.member("retryable")?.bool == false)
            #expect(answer.string("detail")?.contains("/connect") == true)
        }
    }

    @Test(arguments: ["/connect", "/disconnect"]) func aMemberThatIsNotKnownIsRefused(_ path: String) throws {
        let answer = try harness.session().send(.post, path, #"{"x":1}"#)
        #expect(answer.status == 400 && answer.text.contains(#""pointer":"/x""#))
    }

    @Test func nothingReconnectsInBetweenAndTheLogStays() throws {
        let session = try disconnected(#","idle_timeout":"1h""#)
        harness.transport.advance(.seconds(1_000))
        #expect(harness.transport.links.count == 1)
        #expect(try session.send(.get, "").json.member("log")?.member("entries")?.integer == 3)
    }

    @Test func withoutAWaitItIs202UntilItIsDone() throws {
        let session = try harness.session()
        #expect(try session.send(.post, "/disconnect?wait=0").status == 202)
        closed()
        #expect(try session.send(.post, "/disconnect?wait=0").status == 200)
        #expect(try session.send(.post, "/connect?wait=0").status == 202)
        last?.accept()
        #expect(try session.send(.post, "/connect?wait=0").status == 200)
    }

    @Test func aDisconnectOfWhatIsDisconnectedIs200AtOnce() throws {
        let session = try disconnected()
        #expect(try session.send(.post, "/disconnect").status == 200)
        #expect(try entries(session).count == 3)
    }

    @Test func aSecondDisconnectWaitsWithTheFirstAndAWaitThatIsOverIs504() throws {
        let session = try harness.session()
        let first = try session.send(.post, "/disconnect?wait=1s")
        let second = try session.send(.post, "/disconnect?wait=10s")
        harness.time.advance(by: .seconds(2))
        #expect(first.status == 504 && first.string("code") == "await-timeout")
        second.hangUp()
        let third = try session.send(.post, "/disconnect?wait=10s")
        closed()
        #expect(third.status == 200)
        #expect(session.link.closeCodes == [1000])
    }

    @Test func aDisconnectWhileItWaitsToReconnectCallsThatOff() throws {
        let session = try harness.session()
        last?.handler.transportClosed(code: 1012, reason: "")
        let answer = try session.send(.post, "/disconnect")
        harness.transport.advance()
        #expect(answer.status == 200)
        #expect(answer.text.contains(#""cause":"requested""#))
        harness.transport.advance(.seconds(1_000))
        #expect(harness.transport.links.count == 1)
    }

    @Test func aDisconnectWhileItConnectsGivesTheAttemptUp() throws {
        let url = try #require(
            try harness.send(.post, "/sessions?wait=0", #"{"uri":"ws://127.0.0.1:4000/"}"#).string("url"))
        let answer = try harness.send(.post, "\(url)/disconnect")
        #expect(harness.transport.links[0].closeCodes == [1000])
        harness.transport.links[0].handler.transportFailed(.cancelled)
        #expect(answer.status == 200 && answer.string("state") == "disconnected")
        #expect(answer.text.contains(#""cause":"requested""#))
        harness.transport.advance(.seconds(1_000))
        #expect(harness.transport.links.count == 1)
    }

    @Test func pushesInFlightAreLostWithTheCauseAndFurtherOnesAreRefused() throws {
        let session = try harness.session()
        try session.join()
        let push = try session.send(.post, "/topics/t/push?wait=30s", #"{"event":"e"}"#)
        _ = try session.send(.post, "/disconnect")
        // It is being closed: nothing more is sent.
        let late = try session.send(.post, "/topics/t/push", #"{"event":"e"}"#)
        #expect(late.status == 503 && late.json.member("sent")?.bool == false)
        #expect(try session.send(.put, "/topics/u").status == 503)
        closed()
        #expect(push.status == 410 && push.string("code") == "reply-lost")
        #expect(push.string("reason") == "disconnected" && push.json.member("sent")?.bool == true)
    }

    @Test func whoWaitsForAConnectionIsToldThatThereWillBeNone() throws {
        let session = try disconnected()
        let connect = try session.send(.post, "/connect?wait=30s")
        let until = try session.send(.get, "?until=connected&wait=30s")
        let answer = try session.send(.post, "/disconnect")
        #expect(connect.status == 503 && connect.string("code") == "disconnected")
        #expect(until.status == 503)
        last?.handler.transportFailed(.cancelled)
        #expect(answer.status == 200)
    }

    // MARK: Connecting

    @Test func aConnectWaitsForTheRejoinsAndTheLogTellsThemInOrder() throws {
        let session = try disconnected()
        let answer = try session.send(.post, "/connect")
        #expect(try session.state() == "connecting")
        last?.accept()
        #expect(answer.isWaiting)
        let again = try server(session)
        #expect(again.link.sentTexts() == [#"["2","2","t","phx_join",{}]"#])
        again.reply(2, joinRef: 2)
        #expect(answer.status == 200 && answer.string("state") == "connected")
        #expect(answer.text.contains(#""topics":[{"topic":"t","state":"joined","response":{}}]"#))
        #expect(
            try entries(session) == [
                "connected", "joined t false", "disconnected requested", "connected", "joined t true",
                "gap t reconnect",
            ])
    }

    @Test func topicsAreJoinedAnewWithTheirParams() throws {
        let session = try harness.session()
        let join = try session.send(.put, "/topics/t", #"{"params":{"n":9007199254740993}}"#)
        session.reply(1)
        #expect(join.status == 201)
        _ = try session.send(.post, "/disconnect")
        closed()
        _ = try session.send(.post, "/connect")
        last?.accept()
        #expect(last?.sentTexts() == [#"["2","2","t","phx_join",{"n":9007199254740993}]"#])
        // The join on its way is attached to with these params, and no others.
        #expect(try session.send(.put, "/topics/t", #"{"params":{"n":1}}"#).status == 409)
        #expect(try session.send(.put, "/topics/t", #"{"params":{"n":9007199254740993}}"#).isWaiting)
    }

    @Test func aTopicThatWasLeftMeanwhileIsNotJoinedAnew() throws {
        let session = try disconnected()
        #expect(try session.send(.delete, "/topics/t").status == 204)
        let answer = try session.send(.post, "/connect")
        last?.accept()
        #expect(answer.status == 200 && last?.sentTexts() == [])
    }

    @Test func pushRefsAreNeverMetAgain() throws {
        let session = try harness.session()
        try session.join()
        var refs: [String] = []
        for number in 0..<3 {
            let current = try server(session)
            refs.append(try #require(try current.send(.post, "/topics/t/push", #"{"event":"e"}"#).string("ref")))
            _ = try session.send(.post, "/disconnect")
            closed()
            _ = try session.send(.post, "/connect")
            last?.accept()
            let join = 3 + 2 * number
            try server(session).reply(join, joinRef: join)
            // A late reply to the earlier push changes nothing.
            try server(session).reply(join - 1, joinRef: join)
        }
        #expect(Set(refs).count == 3)
        for ref in refs { #expect(try session.send(.get, "/replies/\(ref)").string("code") == "reply-lost") }
    }

    @Test func aConnectOfWhatIsConnectedIs200AtOnce() throws {
        let session = try harness.session()
        #expect(try session.send(.post, "/connect").status == 200)
        #expect(harness.transport.links.count == 1)
    }

    @Test func aConnectBeforeTheDisconnectIsDoneComesBehindIt() throws {
        let session = try harness.session()
        try session.join()
        let down = try session.send(.post, "/disconnect")
        let up = try session.send(.post, "/connect")
        #expect(harness.transport.links.count == 1)
        closed()
        #expect(down.status == 200 && down.string("state") == "disconnected")
        #expect(harness.transport.links.count == 2)
        last?.accept()
        try server(session).reply(2, joinRef: 2)
        #expect(up.status == 200 && up.string("state") == "connected")
    }

    @Test func aConnectWhileItWaitsToReconnectIsMadeNow() throws {
        let session = try harness.session()
        try session.join()
        last?.handler.transportClosed(code: 1012, reason: "")
        let answer = try session.send(.post, "/connect")
        #expect(harness.transport.links.count == 2)
        last?.accept()
        try server(session).reply(2, joinRef: 2)
        #expect(answer.status == 200)
        harness.transport.advance(.seconds(20))
        #expect(harness.transport.links.count == 2)
    }

    @Test func aRefusedRejoinIsShownAndKeepsNobodyWaiting() throws {
        let session = try disconnected()
        let answer = try session.send(.post, "/connect")
        last?.accept()
        try server(session).reply(2, joinRef: 2, status: "error", #"{"reason":"no"}"#)
        #expect(answer.status == 200 && answer.text.contains(#""state":"rejected""#))
        #expect(try entries(session).suffix(2) == ["join_failed t", "gap t join_failed"])
    }

    @Test func aFailedAttemptIs502AndTheSessionStays() throws {
        let session = try disconnected()
        let answer = try session.send(.post, "/connect")
        last?.handler.transportFailed(.refused(UpgradeRefusal(status: 403, now: 0)))
        #expect(answer.status == 502 && answer.string("code") == "upstream-refused")
        #expect(answer.json.member("upstream")?.member("status")?.integer == 403)
        #expect(try session.state() == "disconnected")
        #expect(try session.send(.get, "/topics/t").string("state") == "errored")
    }

    @Test func aConnectThatTakesTooLongIs504AndGoesOn() throws {
        let session = try disconnected()
        let first = try session.send(.post, "/connect?wait=1s")
        harness.time.advance(by: .seconds(2))
        #expect(first.status == 504 && first.string("code") == "connect-timeout")
        #expect(first.string("detail")?.contains("the session stays") == true)
        let second = try session.send(.post, "/connect?wait=1s")
        last?.accept()
        harness.time.advance(by: .seconds(2))
        #expect(second.status == 504 && second.string("code") == "join-timeout" && second.string("topic") == "t")
        let third = try session.send(.post, "/connect?wait=1s")
        try server(session).reply(2, joinRef: 2)
        #expect(third.status == 200)
    }

    @Test func aConnectionThatIsLostBeforeTheRejoinsIsTold() throws {
        let session = try disconnected()
        let answer = try session.send(.post, "/connect")
        last?.accept()
        last?.handler.transportClosed(code: 1011, reason: "")
        #expect(answer.status == 503 && answer.string("code") == "disconnected")
    }

    // MARK: Given up

    @Test func afterReconnectingHasGivenUpAPatchAndAConnectBringItBack() throws {
        let session = try harness.session(#","auth_token":"old""#)
        try session.join()
        last?.handler.transportClosed(code: 1012, reason: "")
        harness.transport.advance(.seconds(1))
        last?.handler.transportFailed(.refused(UpgradeRefusal(status: 401, now: 0)))
        let given = try session.send(.get, "")
        #expect(given.string("state") == "disconnected")
        #expect(given.text.contains(#""cause":"connect_failed","status":401"#))
        #expect(given.text.contains(#""retry_in":null"#))
        harness.transport.advance(.seconds(200))
        #expect(harness.transport.links.count == 2)
        #expect(try session.send(.patch, "", #"{"auth_token":"new"}"#).status == 200)
        #expect(harness.transport.links.count == 2)
        let answer = try session.send(.post, "/connect")
        last?.accept()
        try server(session).reply(2, joinRef: 2)
        #expect(answer.status == 200)
        #expect(last?.endpoint.subprotocols != harness.transport.links[1].endpoint.subprotocols)
        #expect(try entries(session).suffix(3) == ["connected", "joined t true", "gap t reconnect"])
    }

    @Test func afterReconnectingHasGivenUpTheSessionStaysUntilItIsIdle() throws {
        let session = try harness.session(#","reconnect":false,"idle_timeout":"10s""#)
        last?.handler.transportClosed(code: 1012, reason: "")
        harness.time.advance(by: .seconds(9))
        #expect(try session.state() == "disconnected")
        harness.time.advance(by: .seconds(11))
        let gone = try session.send(.get, "")
        #expect(gone.status == 410 && gone.string("reason") == "idle")
        #expect(try session.send(.post, "/connect").status == 410)
        #expect(harness.transport.links.count == 1)
    }

    @Test func aDeletedSessionConnectsNoMore() throws {
        let session = try harness.session()
        _ = try session.send(.post, "/disconnect")
        let up = try session.send(.post, "/connect")
        #expect(try session.send(.delete, "").status == 204)
        #expect(up.status == 410)
        closed()
        harness.transport.advance(.seconds(1_000))
        #expect(harness.transport.links.count == 1 && session.link.closeCodes == [1000])
    }

    // MARK: Cursors

    @Test func theCursorOfAConnectCannotMissWhatItCaused() throws {
        let session = try harness.session()
        try session.join()
        try session.join("u", ref: 2)
        let beforeDisconnect = try session.latest()
        let down = try session.send(.post, "/disconnect")
        closed()
        #expect(down.status == 200 && down.string("cursor") == beforeDisconnect)
        let before = try session.latest()
        let up = try session.send(.post, "/connect")
        last?.accept()
        let server = try server(session)
        server.reply(3, on: "t", joinRef: 3)
        server.receive(#"["3",null,"t","early",{}]"#)
        server.reply(4, on: "u", joinRef: 4)
        #expect(up.status == 200 && up.string("cursor") == before)
        let read = try session.send(.get, "/events?after=\(before)").json.member("events")
        #expect(
            read?.elements().compactMap { $0.member("kind")?.string } == [
                "connected", "joined", "gap", "message", "joined", "gap",
            ])
        // What is only shown says where the log is.
        #expect(try session.send(.get, "").string("cursor") == session.latest())
    }

    @Test func theCursorOfACreationIsItsLogsStart() throws {
        let body = #"{"uri":"ws://127.0.0.1:4000/","topics":[{"topic":"t"},{"topic":"u"}]}"#
        for (method, target) in [(HTTPRequest.Method.post, "/sessions"), (.put, "/sessions/n")] {
            let pending = try harness.send(method, target, body)
            let link = try #require(last)
            link.accept()
            let server = SessionHarness(harness: harness, id: "", link: link)
            server.reply(1)
            server.push("early")
            // Another that wants the same comes behind that.
            let attached = method == .put ? try harness.send(method, target, body) : nil
            server.reply(2, on: "u", joinRef: 2)
            #expect(pending.status == 201)
            let cursor = try #require(pending.string("cursor"))
            #expect(cursor == pending.string("oldest") && cursor.hasSuffix("-0"))
            let url = try #require(pending.string("url"))
            let messages = try harness.send(.get, "\(url)/messages?after=\(cursor)").json.member("messages")
            #expect(messages?.elements().compactMap { $0.member("event")?.string } == ["early"])
            if let attached { #expect(attached.status == 200 && attached.string("cursor")?.hasSuffix("-3") == true) }
        }
    }
}
