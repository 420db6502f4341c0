import Gateway
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// api.md, "Sessions" and "Topics": `?until` and `wait`.
@Suite struct UntilTests {
    private let harness = GatewayHarness()

    private func lose(_ session: SessionHarness, code: UInt16? = 1012) {
        harness.transport.links.last?.handler.transportClosed(code: code, reason: "bye")
        harness.time.run()
    }

    // MARK: Of a session

    @Test func whatIsTrueIsAnsweredAtOnce() throws {
        let session = try harness.session()
        let up = try session.send(.get, "?until=connected&wait=0")
        #expect(up.status == 200 && up.string("id") == session.id)
        lose(session)
        #expect(try session.send(.get, "?until=disconnected&wait=0").string("state") == "disconnected")
    }

    @Test func aSessionIsAwaitedUntilItIsConnected() throws {
        let url = try #require(
            try harness.send(.post, "/sessions?wait=0", #"{"uri":"ws://127.0.0.1:4000/"}"#).string("url"))
        let waiting = try harness.send(.get, "\(url)?until=connected")
        // One failed attempt is no failure while there is to be another.
        harness.transport.links[0].handler.transportFailed(.timedOut)
        #expect(waiting.isWaiting)
        harness.transport.advance(.seconds(1))
        harness.transport.links[1].accept()
        #expect(waiting.status == 200 && waiting.string("state") == "connected")
    }

    @Test func aSessionIsAwaitedUntilItIsDisconnected() throws {
        let session = try harness.session()
        let waiting = try session.send(.get, "?until=disconnected&wait=30s")
        #expect(waiting.isWaiting)
        lose(session)
        #expect(waiting.status == 200 && waiting.string("state") == "disconnected")
    }

    @Test func whatWasTrueForAMomentHolds() throws {
        let session = try harness.session()
        try session.join()
        let left = try session.send(.get, "/topics/t?until=left&wait=30s")
        let down = try session.send(.get, "?until=disconnected&wait=30s")
        let rejoin = try session.send(.put, "/topics/t?rejoin=true")
        // The leave is done, and the next join is on its way, all under one lock.
        session.reply(2)
        #expect(rejoin.isWaiting && left.status == 200)
        session.send(.post, "/disconnect", thenConnect: true)
        #expect(down.status == 200 && down.string("state") == "disconnected")
        #expect(try session.state() == "connecting")
    }

    @Test(arguments: [401, 403]) func itFailsWithTheCauseAsSoonAsItCannotComeTrue(_ status: Int) throws {
        let session = try harness.session()
        lose(session)
        let waiting = try session.send(.get, "?until=connected&wait=30s")
        #expect(waiting.isWaiting)
        harness.transport.advance(.seconds(1))
        harness.transport.links[1].handler.transportFailed(.refused(UpgradeRefusal(status: status, now: 0)))
        #expect(waiting.status == 502)
        #expect(waiting.string("code") == "upstream-refused")
        #expect(waiting.json.member("upstream")?.member("status")?.integer == status)
        // And at once for who asks later.
        #expect(try session.send(.get, "?until=connected").status == 502)
    }

    @Test func aLostConnectionThatIsNotMadeAgainIsTheCause() throws {
        let session = try harness.session(#","reconnect":false"#)
        lose(session)
        let answer = try session.send(.get, "?until=connected")
        #expect(answer.status == 503 && answer.string("code") == "disconnected")
        #expect(answer.text.contains(#""upstream":{"cause":"server","code":1012,"reason":"bye"}"#))
    }

    @Test func aWaitThatIsOverIs504() throws {
        let session = try harness.session()
        let waiting = try session.send(.get, "?until=disconnected")
        harness.time.advance(by: .milliseconds(4_900))
        #expect(waiting.isWaiting)
        harness.time.advance(by: .milliseconds(200))
        #expect(waiting.status == 504 && waiting.string("code") == "await-timeout")
        #expect(try session.send(.get, "?until=disconnected&wait=0").status == 504)
    }

    @Test(arguments: [
        "?wait=5s", "?until=left", "?until=", "?until=connected&until=connected", "/topics/t?wait=1",
        "/topics/t?until=connected", "?until=connected&wait=soon",
    ])
    func aWaitWithoutAStateAndAnUnknownStateAre400(_ path: String) throws {
        let session = try harness.session()
        try session.join()
        let answer = try session.send(.get, path)
        #expect(answer.status == 400 && answer.string("code") == "invalid-request")
    }

    @Test func whoWaitsWhenTheSessionEndsIsToldAtOnce() throws {
        let session = try harness.session()
        try session.join()
        let waiting = [
            try session.send(.get, "?until=disconnected&wait=30s"),
            try session.send(.get, "/topics/t?until=left&wait=30s"),
        ]
        #expect(try session.send(.delete, "").status == 204)
        #expect(waiting.compactMap(\.status) == [410, 410])
        #expect(waiting.allSatisfy { $0.string("reason") == "deleted" })
    }

    @Test func atDrainWhoWaitsIsTold() throws {
        let session = try harness.session()
        let waiting = try session.send(.get, "?until=disconnected&wait=30s")
        harness.gateway.drain()
        #expect(waiting.status == 503 && waiting.string("code") == "draining")
    }

    @Test func aSessionThatIsAwaitedIsNotIdleAndAClientThatLeavesAwaitsNothing() throws {
        let session = try harness.session(#","idle_timeout":"10s""#)
        let waiting = try session.send(.get, "?until=disconnected&wait=50s")
        harness.time.advance(by: .seconds(40))
        #expect(waiting.isWaiting)
        waiting.hangUp()
        harness.time.advance(by: .seconds(21))
        #expect(try session.send(.get, "").string("reason") == "idle")
    }

    @Test func thoseThatWaitForAStateAreBounded() throws {
        let session = try harness.session()
        for _ in 0..<1_024 { #expect(try session.send(.get, "?until=disconnected").isWaiting) }
        let refused = try session.send(.get, "?until=disconnected")
        #expect(refused.status == 429 && refused.headers[.retryAfter] == "1")
    }

    // MARK: Of a topic

    @Test func aTopicIsAwaitedUntilItIsJoined() throws {
        let session = try harness.session()
        #expect(try session.send(.put, "/topics/t?wait=0").status == 202)
        let waiting = try session.send(.get, "/topics/t?until=joined")
        #expect(waiting.isWaiting)
        session.reply(1)
        #expect(waiting.status == 200 && waiting.text == #"{"topic":"t","state":"joined","response":{}}"#)
        #expect(try session.send(.get, "/topics/t?until=joined&wait=0").status == 200)
    }

    @Test func aTopicIsAwaitedUntilItIsJoinedAnew() throws {
        let session = try harness.session()
        try session.join()
        lose(session)
        let waiting = try session.send(.get, "/topics/t?until=joined")
        #expect(waiting.isWaiting)
        harness.transport.advance(.seconds(1))
        harness.transport.links[1].accept()
        SessionHarness(harness: harness, id: "", link: harness.transport.links[1]).reply(2, joinRef: 2)
        #expect(waiting.status == 200)
    }

    @Test func aTopicIsAwaitedUntilItIsLeftOrClosed() throws {
        let session = try harness.session()
        try session.join()
        let left = try session.send(.get, "/topics/t?until=left")
        session.receive(#"["1","1","t","phx_close",{}]"#)
        #expect(left.status == 200 && left.string("state") == "closed")
        try session.join(ref: 2)
        let waiting = try session.send(.get, "/topics/t?until=left")
        try session.send(.delete, "/topics/t?wait=0")
        #expect(waiting.isWaiting)
        session.reply(3, joinRef: 2)
        #expect(waiting.status == 200 && waiting.string("state") == "left")
    }

    @Test func aRefusedJoinIsTheCause() throws {
        let session = try harness.session()
        try session.send(.put, "/topics/t?wait=0")
        let waiting = try session.send(.get, "/topics/t?until=joined")
        session.reply(1, status: "error", #"{"reason":"full"}"#)
        #expect(waiting.status == 403 && waiting.string("code") == "join-rejected")
        #expect(waiting.text.contains(#""reply":{"status":"error","response":{"reason":"full"}}"#))
        #expect(try session.send(.get, "/topics/t?until=joined").status == 403)
    }

    @Test func aTopicThatWasLeftIsNotJoined() throws {
        let session = try harness.session()
        try session.join()
        let waiting = try session.send(.get, "/topics/t?until=joined&wait=0")
        #expect(waiting.status == 200)
        try session.send(.delete, "/topics/t?wait=0")
        let leaving = try session.send(.get, "/topics/t?until=joined")
        #expect(leaving.status == 409 && leaving.string("code") == "not-joined")
        session.reply(2)
        #expect(try session.send(.get, "/topics/t?until=joined").status == 409)
    }

    @Test func aTopicThatWasNeverNamedIs404() throws {
        let session = try harness.session()
        #expect(try session.send(.get, "/topics/t?until=joined").status == 404)
        #expect(try session.send(.get, "/topics/t?until=left").status == 404)
    }

    @Test func aTopicOfASessionThatWillNotConnectIsNotJoined() throws {
        let session = try harness.session(#","reconnect":false"#)
        try session.join()
        let waiting = try session.send(.get, "/topics/t?until=left&wait=30s")
        lose(session)
        #expect(try session.send(.get, "/topics/t?until=joined").status == 503)
        // It can still be left.
        #expect(waiting.isWaiting)
        try session.send(.delete, "/topics/t")
        #expect(waiting.status == 200)
    }
}

extension SessionHarness {
    /// Disconnects, asks for a connection before that is done, and lets the websocket end.
    fileprivate func send(_ method: HTTPRequest.Method, _ path: String, thenConnect: Bool) {
        _ = try? send(method, path)
        if thenConnect { _ = try? send(.post, "/connect?wait=0") }
        link.handler.transportClosed(code: 1000, reason: "")
        harness.time.run()
    }
}
