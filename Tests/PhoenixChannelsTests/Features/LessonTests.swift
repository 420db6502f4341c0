import DemoPhoenix
import PhoenixChannels
import TestSupport
import Testing

/// What the bugs of other clients teach, by their numbers in the article `Lessons`.
@Suite(.timeLimit(.minutes(10))) struct LessonTests {
    private let heartbeat = ConnectionConfiguration().heartbeatInterval
    private let patience = ConnectionConfiguration().heartbeatTimeout

    @Test func lesson02EveryFrameOfAChannelHasTheJoinRefOfItsJoin() throws {
        let session = try ScriptedSession()
        try session.join(1)
        try session.push()
        try session.push("b", .binary([7]))
        #expect(
            session.link.sentTexts() == [
                #"["1","2","t","e",{}]"#, "binary \([0, 1, 1, 1, 1] + Array("13tb".utf8) + [7])",
            ])
        session.lose()
        session.link.accept()
        session.link.receive(ScriptedSession.ok(4))
        #expect(session.link.sentTexts() == [#"["4","4","t","phx_join",{}]"#])
        try session.push()
        #expect(session.link.sentTexts() == [#"["4","5","t","e",{}]"#])
    }

    @Test func lesson03ALeaveHasTheJoinRefOfItsJoin() throws {
        let session = try ScriptedSession()
        try session.join(1)
        try session.push()
        _ = session.link.sent()
        try session.connection.leave("t")?.perform()
        #expect(session.link.sentTexts() == [#"["1","3","t","phx_leave",{}]"#])
    }

    @Test func lesson06WhateverEndsAConnectionAnotherAttemptFollows() throws {
        let session = try ScriptedSession()
        session.lose()
        let failures: [ConnectError] = [
            .failed(reason: "any"), .timedOut, .untrusted(reason: "any"), .proxyRefused(status: 502),
            .refused(UpgradeRefusal(status: 404, now: 0)), .refused(UpgradeRefusal(status: 500, now: 0)),
        ]
        for failure in failures {
            let count = session.transport.links.count
            session.link.handler.transportFailed(failure)
            session.transport.advance(.seconds(30))
            #expect(session.transport.links.count == count + 1, "\(failure)")
        }
        let garbage: [Frame] = [
            .text([]), .text([0xFF]), .text(Array("{".utf8)), .text(Array("{}".utf8)), .text(Array("[]".utf8)),
            .text(Array(#"[{},"1","t","e",{}]"#.utf8)), .binary([]), .binary([9, 0, 0]), .binary([1, 255, 255]),
        ]
        for frame in garbage {
            session.link.accept()
            session.link.handler.transportReceived([frame])
            #expect(session.link.closeCodes == [1002])
            session.lose(code: 1002)
        }
    }

    @Test func lesson07AHeartbeatRefNeverSurvivesItsConnection() throws {
        let session = try ScriptedSession()
        session.transport.advance(heartbeat)
        #expect(session.link.sentTexts() == [#"[null,"1","phoenix","heartbeat",{}]"#])
        session.lose()
        session.link.accept()
        // The first one's time for an answer passes, and harms nobody.
        session.transport.advance(heartbeat - .milliseconds(1))
        #expect(session.link.drops == 0 && session.link.sent() == [])
        session.transport.advance(.milliseconds(1))
        #expect(session.link.sentTexts() == [#"[null,"2","phoenix","heartbeat",{}]"#])
        // And its answer is none to the second one.
        session.link.receive(#"[null,"1","phoenix","phx_reply",{"response":{},"status":"ok"}]"#)
        session.transport.advance(patience)
        #expect(session.link.drops == 1)
    }

    @Test func lesson08OnlyTheMatchingRefAcknowledgesAHeartbeat() throws {
        let session = try ScriptedSession()
        session.transport.advance(heartbeat)
        _ = session.link.sent()
        let answer = #","phx_reply",{"response":{},"status":"ok"}]"#
        for head in [#"[null,"2","phoenix""#, #"[null,null,"phoenix""#, #"[null,1,"phoenix""#, #"["1","1","t""#] {
            session.link.receive(head + answer)
        }
        session.transport.advance(patience)
        #expect(session.link.drops == 1)

        let answered = try ScriptedSession()
        answered.transport.advance(heartbeat)
        answered.link.receive(#"[null,"1","phoenix""# + answer)
        answered.transport.advance(patience)
        #expect(answered.link.drops == 0)
    }

    @Test func lesson09AHeartbeatComesBeforeAnyoneCallsAConnectionIdle() throws {
        let session = try ScriptedSession()
        session.transport.advance(.seconds(29))
        #expect(session.link.sent().count == 1)
    }

    @Test func lesson10InboundTrafficNeverPostponesAHeartbeat() throws {
        let session = try ScriptedSession()
        try session.join(1)
        for _ in 0..<24 {
            session.transport.advance(.seconds(1))
            session.link.receive(#"["1",null,"t","tick",{}]"#)
            #expect(session.link.sent() == [])
        }
        session.transport.advance(.seconds(1))
        #expect(session.link.sentTexts() == [#"[null,"2","phoenix","heartbeat",{}]"#])
    }

    @Test(arguments: [nil, 1000, 1001]) func lesson11TheEndAfterASilenceIsComeBackFromWhateverItsCode(
        _ code: UInt16?
    ) throws {
        let session = try ScriptedSession()
        session.transport.advance(heartbeat + patience)
        #expect(session.link.drops == 1)
        session.lose(code: code)
        guard case .disconnected(let end, .some) = session.delegate.take().last else {
            Issue.record("no end was told")
            return
        }
        #expect(end.cause == .heartbeat)
    }

    @Test(arguments: [1000, 1001, 1011, 1012, 4000]) func lesson12CodeAndReasonAreTold(_ code: UInt16) throws {
        let session = try ScriptedSession()
        session.lose(code: code, reason: "deploy")
        guard case .disconnected(let end, .some) = session.delegate.take().last else {
            Issue.record("no end was told")
            return
        }
        #expect(end == Disconnection(cause: .server, code: code, reason: "deploy"))
    }

    @Test func lesson15ManyJoinsOfATopicSendOne() throws {
        let session = try ScriptedSession()
        try session.join(1)
        for _ in 0..<10 {
            #expect(throws: CommandError.alreadyJoined) { try session.connection.join("t", params: .emptyObject) }
        }
        #expect(session.link.sent() == [])
        session.lose()
        #expect(throws: CommandError.alreadyJoined) { try session.connection.join("t", params: .emptyObject) }
        session.link.accept()
        #expect(throws: CommandError.alreadyJoined) { try session.connection.join("t", params: .emptyObject) }
        #expect(session.link.sentTexts() == [#"["2","2","t","phx_join",{}]"#])
    }

    @Test(arguments: ["phx_close", "phx_error"]) func lesson16TheEndOfAnEarlierJoinLeavesTheNewOneAlone(
        _ event: String
    ) throws {
        let session = try ScriptedSession()
        try session.join(1)
        try session.connection.leave("t")?.perform()
        _ = session.link.sent()
        session.link.receive(ScriptedSession.ok(2, joinRef: 1))
        #expect(session.delegate.take() == [.left(topic: "t")])
        try session.join(3)
        session.link.receive(#"["1","1","t","\#(event)",{}]"#)
        #expect(session.delegate.take() == [])
        try session.push()
        #expect(session.link.sentTexts() == [#"["3","4","t","e",{}]"#])
    }

    @Test func lesson17FailedReconnectsLeaveNothingBehind() throws {
        let session = try ScriptedSession()
        try session.join(1)
        session.lose()
        for attempt in 1...5 {
            _ = session.delegate.take()
            session.link.handler.transportFailed(.timedOut)
            guard case .connectFailed(.timedOut, attempt, .some) = session.delegate.take().first else {
                Issue.record("attempt \(attempt) was not told")
                return
            }
            session.transport.advance(.seconds(30))
        }
        session.link.accept()
        #expect(session.link.sentTexts() == [#"["2","2","t","phx_join",{}]"#])
        session.link.receive(ScriptedSession.ok(2))
        #expect(
            session.delegate.take() == [
                .connected(attempt: 6), .joined(topic: "t", response: .emptyObject, rejoin: .reconnect),
            ])
    }

    @Test func lesson18AChannelIsJoinedOnlyOnTheConnectionThatItWasJoinedOn() throws {
        let session = try ScriptedSession()
        try session.join(1)
        session.lose()
        #expect(throws: CommandError.notConnected) { try session.push() }
        session.link.accept()
        #expect(throws: CommandError.notJoined) { try session.push() }
        // The answer to the join on the connection that was lost.
        session.link.receive(ScriptedSession.ok(1))
        #expect(throws: CommandError.notJoined) { try session.push() }
        session.link.receive(ScriptedSession.ok(2))
        try session.push()
    }

    @Test func lesson19NoLeaveIsSentForAConnectionThatIsGone() throws {
        let session = try ScriptedSession()
        try session.join(1)
        session.lose()
        #expect(throws: CommandError.notConnected) { try session.connection.leave("t") }
        session.link.accept()
        #expect(session.link.sent() == [])
        _ = session.delegate.take()
        try session.join(2)
    }

    @Test func lesson20ParamsAreAskedForWhenTheJoinIsSent() throws {
        let session = try ScriptedSession()
        let counter = Counter()
        try session.connection.join("t") { JSONText(unchecked: Array(#"{"jwt":\#(counter.next(0))}"#.utf8)) }.perform()
        session.link.receive(ScriptedSession.ok(1), #"["1","1","t","phx_error",{}]"#)
        session.transport.advance(.seconds(1))
        #expect(
            session.link.sentTexts() == [
                #"["1","1","t","phx_join",{"jwt":1}]"#, #"["2","2","t","phx_join",{"jwt":2}]"#,
            ])
        session.link.receive(ScriptedSession.ok(2))
        session.lose()
        session.link.accept()
        #expect(session.link.sentTexts() == [#"["3","3","t","phx_join",{"jwt":3}]"#])
    }

    @Test func lesson22JoinsGoFirstAndWhatWasPendingIsCleared() throws {
        let session = try ScriptedSession()
        try session.join(1)
        try session.connection.join("pending", params: .emptyObject).perform()
        try session.push()
        session.link.handler.transportClosed(code: nil, reason: "")
        let told = session.delegate.take().prefix(2)
        #expect(told.contains(.replyLost(topic: "t", ref: Ref(3), .disconnected)))
        #expect(told.contains(.joinFailed(topic: "pending", .lost(.disconnected), rejoin: nil)))
        session.transport.advance(.seconds(1))
        session.link.accept()
        session.transport.advance(heartbeat)
        #expect(
            session.link.sentTexts() == [
                #"["4","4","t","phx_join",{}]"#, #"[null,"5","phoenix","heartbeat",{}]"#,
            ])
    }

    @Test func lesson24OneTopicTooManyIsAnErrorOfItsOwn() async throws {
        let server = try await DemoServer.start(port: 0)
        let socket = try await PhoenixSocket.connect(
            to: Endpoint(uri: "ws://127.0.0.1:\(server.port)/socket/websocket"))
        let first = try await socket.join("rooms:0")
        // At once: one by one, each would have to wait for all tests that run.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1..<100 { group.addTask { _ = try await socket.join("rooms:\(number)") } }
            try await group.waitForAll()
        }
        await #expect(throws: ChannelsError.tooManyChannels) { try await socket.join("rooms:100") }
        #expect(try await first.push("ping").isOK)
        try await first.leave()
        #expect(try await socket.join("rooms:100").push("ping").isOK)
        await socket.disconnect()
        await server.shutdown()
    }
}
