import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// A session whose upstream goes and comes back, as its log and its answers tell it.
@Suite struct ReconnectRoutesTests {
    private let harness = GatewayHarness()

    /// The connection ends, and the next one is opened.
    private func reconnect(code: UInt16? = 1012) {
        let count = harness.transport.links.count
        harness.transport.links[count - 1].handler.transportClosed(code: code, reason: "")
        harness.transport.advance(.seconds(1))
        harness.transport.links[count].accept()
        harness.time.run()
    }

    private func server(_ session: SessionHarness) throws -> SessionHarness {
        SessionHarness(harness: harness, id: session.id, link: try #require(harness.transport.links.last))
    }

    private func entries(_ session: SessionHarness, _ query: String = "") throws -> [String] {
        try session.send(.get, "/events\(query)").json.member("events")?.elements().map { entry in
            let words = ["kind", "topic", "reason", "rejoin"].compactMap { name -> String? in
                guard let value = entry.member(name) else { return nil }
                return value.string ?? value.bool.map { "\($0)" }
            }
            return words.filter { !$0.isEmpty }.joined(separator: " ")
        } ?? []
    }

    @Test func aLostConnectionIsToldInOrderWithAGapForEachTopic() throws {
        let session = try harness.session()
        try session.join("t")
        try session.join("u", ref: 2)
        reconnect()
        let again = try server(session)
        #expect(try again.state() == "connected")
        #expect(
            again.link.sentTexts() == [#"["3","3","t","phx_join",{}]"#, #"["4","4","u","phx_join",{}]"#])
        #expect(try again.send(.get, "/topics/t").string("state") == "joining")
        again.receive(
            #"["3","3","t","phx_reply",{"response":{},"status":"ok"}]"#,
            #"["4","4","u","phx_reply",{"response":{},"status":"ok"}]"#, #"["3",null,"t","e",{}]"#)
        #expect(
            try entries(again) == [
                "connected", "joined t false", "joined u false", "disconnected", "connected", "joined t true",
                "gap t reconnect", "joined u true", "gap u reconnect", "message t",
            ])
        #expect(
            try again.send(.get, "/topics/t/messages").json.member("messages")?.elements().compactMap {
                $0.member("kind")?.string
            } == ["gap", "message"])
        #expect(try again.send(.get, "/topics/t").string("state") == "joined")
    }

    @Test func theTimeToTheNextAttemptIsTold() throws {
        let session = try harness.session()
        harness.transport.links[0].handler.transportClosed(code: 1000, reason: "")
        let lost = try session.send(.get, "")
        #expect(lost.string("state") == "disconnected")
        let upstream = try #require(lost.json.member("upstream"))
        #expect(upstream.member("cause")?.string == "server" && upstream.member("code")?.integer == 1000)
        #expect(upstream.member("retry_in")?.kind == .number)
        harness.transport.advance(.seconds(1))
        harness.transport.links[1].handler.transportFailed(.failed(reason: "nothing listens"))
        let entry = try #require(try session.send(.get, "/events?kind=connect_failed").json.member("events"))
        #expect(entry.elements().first?.member("retry_in")?.kind == .number)
        #expect(entry.elements().first?.member("attempt")?.integer == 1)
        #expect(try session.send(.get, "").text.contains(#""cause":"connect_failed""#))
    }

    @Test func aRefusedJoinAnewLeavesTheTopicRejectedWithAGap() throws {
        let session = try harness.session()
        try session.join("t")
        reconnect()
        let again = try server(session)
        again.reply(2, joinRef: 2, status: "error", #"{"reason":"unauthorized"}"#)
        #expect(try entries(again).suffix(2) == ["join_failed t", "gap t join_failed"])
        #expect(try again.send(.get, "/topics/t").string("state") == "rejected")
        reconnect()
        #expect(try server(session).link.sentTexts() == [])
    }

    @Test func aCrashedTopicIsJoinedAnewWithAGap() throws {
        let session = try harness.session()
        try session.join("t")
        session.receive(#"["1","1","t","phx_error",{"reason":"channel_crash"}]"#)
        #expect(try session.send(.get, "/topics/t").string("state") == "errored")
        harness.transport.advance(.seconds(1))
        #expect(session.link.sentTexts() == [#"["2","2","t","phx_join",{}]"#])
        session.reply(2, joinRef: 2)
        #expect(try entries(session).suffix(3) == ["topic_error t", "joined t true", "gap t rejoin"])
        #expect(try session.send(.get, "/topics/t").string("state") == "joined")
    }

    @Test func aPutOfACrashedTopicJoinsItAtOnceOrAttaches() throws {
        let session = try harness.session()
        try session.join("t")
        session.receive(#"["1","1","t","phx_error",{}]"#)
        let put = try session.send(.put, "/topics/t", #"{"params":{"a":1}}"#)
        #expect(session.link.sentTexts() == [#"["2","2","t","phx_join",{"a":1}]"#])
        session.reply(2, joinRef: 2)
        #expect(put.status == 201)
        session.receive(#"["2","2","t","phx_error",{}]"#)
        harness.transport.advance(.seconds(1))
        #expect(session.link.sentTexts() == [#"["3","3","t","phx_join",{"a":1}]"#])
        let attached = try session.send(.put, "/topics/t", #"{"params":{"a":1}}"#)
        #expect(session.link.sentTexts() == [])
        session.reply(3, joinRef: 3)
        #expect(attached.status == 201)
    }

    @Test func aJoinWithOtherParamsThanTheRejoinThatIsOnItsWayIsAConflict() throws {
        let session = try harness.session()
        try session.join("t")
        session.receive(#"["1","1","t","phx_error",{}]"#)
        harness.transport.advance(.seconds(1))
        #expect(session.link.sentTexts() == [#"["2","2","t","phx_join",{}]"#])
        let other = try session.send(.put, "/topics/t", #"{"params":{"a":1}}"#)
        #expect(other.status == 409)
        #expect(other.string("code") == "join-conflict")
        let same = try session.send(.put, "/topics/t")
        session.reply(2, joinRef: 2)
        #expect(same.status == 201)
        #expect(try session.send(.put, "/topics/t").status == 200)
    }

    @Test func aRejoinIsTakenBackForOneWithOtherParams() throws {
        let session = try harness.session()
        try session.join("t")
        session.receive(#"["1","1","t","phx_error",{}]"#)
        let other = try session.send(.put, "/topics/t?rejoin=true", #"{"params":{"a":1}}"#)
        #expect(session.link.sentTexts() == [#"["2","2","t","phx_join",{"a":1}]"#])
        session.reply(2, joinRef: 2)
        #expect(other.status == 201)
    }

    @Test func aPushIsNeverSentAgainAndItsReplyIsLost() throws {
        let session = try harness.session()
        try session.join("t")
        let push = try session.send(.post, "/topics/t/push?wait=30s", #"{"event":"e"}"#)
        let ref = try #require(try session.send(.post, "/topics/t/push", #"{"event":"e"}"#).string("ref"))
        _ = session.link.sent()
        reconnect()
        let again = try server(session)
        #expect(push.status == 410 && push.string("code") == "reply-lost")
        #expect(again.link.sentTexts() == [#"["4","4","t","phx_join",{}]"#])
        again.reply(4, joinRef: 4)
        #expect(try again.send(.get, "/replies/\(ref)").string("code") == "reply-lost")
        // A late reply of the earlier connection's is none of the next one's.
        again.reply(3, joinRef: 4)
        #expect(try again.send(.get, "/replies/\(ref)").string("code") == "reply-lost")
    }

    @Test func aWaitingReadWaitsOnOverADisconnect() throws {
        let session = try harness.session()
        try session.join("t")
        let read = try session.send(.get, "/topics/t/messages?after=latest&wait=30s")
        reconnect()
        #expect(read.isWaiting)
        try server(session).reply(2, joinRef: 2)
        #expect(read.text.contains(#""reason":"reconnect""#))
    }

    @Test func aSessionThatDoesNotReconnectStaysDisconnected() throws {
        for member in [#""reconnect":false"#, #""reconnect":{"enabled":false}"#] {
            let session = try harness.session(",\(member)")
            let count = harness.transport.links.count
            harness.transport.links[count - 1].handler.transportClosed(code: 1012, reason: "")
            harness.transport.advance(.seconds(100))
            #expect(harness.transport.links.count == count)
            #expect(try session.send(.get, "").text.contains(#""retry_in":null"#))
            let join = try session.send(.put, "/topics/t")
            #expect(join.status == 503 && join.string("code") == "disconnected")
        }
    }

    @Test func theReconnectingOfASessionIsItsOwn() throws {
        _ = try harness.session(#","reconnect":{"min":"1s","max":"1s","max_attempts":2},"heartbeat_interval":"5s""#)
        harness.transport.links[0].handler.transportClosed(code: 1012, reason: "")
        harness.transport.advance(.seconds(1))
        harness.transport.links[1].handler.transportFailed(.timedOut)
        harness.transport.advance(.seconds(1))
        harness.transport.links[2].handler.transportFailed(.timedOut)
        harness.transport.advance(.seconds(100))
        #expect(harness.transport.links.count == 3)
        _ = try harness.session(#","heartbeat_interval":"5s""#)
        harness.transport.advance(.seconds(5))
        #expect(harness.transport.links[3].sentTexts() == [#"[null,"1","phoenix","heartbeat",{}]"#])
    }

    @Test(arguments: [401, 403]) func anUpstreamThatSaysNoIsAskedNoMore(_ status: Int) throws {
        let session = try harness.session()
        harness.transport.links[0].handler.transportClosed(code: 1012, reason: "")
        harness.transport.advance(.seconds(1))
        harness.transport.links[1].handler.transportFailed(.refused(UpgradeRefusal(status: status, now: 0)))
        harness.transport.advance(.seconds(1_000))
        #expect(harness.transport.links.count == 2)
        #expect(try session.state() == "disconnected")
    }

    @Test func aSessionMadeWithoutWaitingTriesAgain() throws {
        let created = try harness.send(
            .post, "/sessions?wait=0", #"{"uri":"ws://127.0.0.1:4000/","topics":[{"topic":"t"}]}"#)
        #expect(created.status == 202)
        let url = try #require(created.string("url"))
        harness.transport.links[0].handler.transportFailed(.timedOut)
        #expect(try harness.send(.get, url).string("state") == "disconnected")
        harness.transport.advance(.seconds(1))
        harness.transport.links[1].accept()
        #expect(harness.transport.links[1].sentTexts() == [#"["1","1","t","phx_join",{}]"#])
        #expect(try harness.send(.get, url).string("state") == "connected")
    }

    @Test func aTopicLeftWhileTheConnectionIsLostIsNotJoinedAnew() throws {
        let session = try harness.session()
        try session.join("t")
        harness.transport.links[0].handler.transportClosed(code: nil, reason: "")
        #expect(try session.send(.delete, "/topics/t").status == 204)
        harness.transport.advance(.seconds(1))
        harness.transport.links[1].accept()
        #expect(harness.transport.links[1].sentTexts() == [])
        #expect(try session.send(.get, "/topics/t").string("state") == "left")
    }

    @Test func aSessionDeletedWhileItWaitsToReconnectConnectsNoMore() throws {
        let session = try harness.session()
        harness.transport.links[0].handler.transportClosed(code: nil, reason: "")
        #expect(try session.send(.delete, "").status == 204)
        harness.transport.advance(.seconds(1_000))
        #expect(harness.transport.links.count == 1)
    }

    @Test(arguments: [
        (#""reconnect":1"#, "/reconnect"), (#""reconnect":{"what":1}"#, "/reconnect/what"),
        (#""reconnect":{"min":"2s","max":"1s"}"#, "/reconnect/max"),
        (#""reconnect":{"min":"1ms"}"#, "/reconnect/min"),
        (#""reconnect":{"max_attempts":0}"#, "/reconnect/max_attempts"),
        (#""reconnect":{"enabled":1}"#, "/reconnect/enabled"), (#""heartbeat_interval":"1h""#, "/heartbeat_interval"),
    ])
    func aWrongPolicyIsRefusedWithItsPlace(_ member: String, _ pointer: String) throws {
        let answer = try harness.send(.post, "/sessions", #"{"uri":"ws://127.0.0.1:4000/",\#(member)}"#)
        #expect(answer.status == 400)
        #expect(answer.text.contains("\"pointer\":\"\(pointer)\""), "\(answer.text)")
        #expect(harness.transport.links.isEmpty)
    }
}
