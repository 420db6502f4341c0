import Gateway
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

@Suite struct SessionRoutesTests {
    private let uri = #"{"uri":"ws://127.0.0.1:4000/socket/websocket"}"#

    @Test func aSessionIsAnsweredOnceConnected() throws {
        let harness = GatewayHarness()
        let pending = try harness.send(
            .post, "/sessions", #"{"uri":"ws://127.0.0.1:4000/s?a=1","params":{"b":{"c":2}},"headers":{"X-A":"1"}}"#)
        #expect(pending.isWaiting)
        let link = harness.transport.links[0]
        #expect(link.endpoint.target == "/s?a=1&b%5Bc%5D=2&vsn=2.0.0")
        #expect(link.endpoint.headers.map(\.name) == ["X-A"])
        link.accept()
        #expect(pending.status == 201)
        let id = try #require(pending.string("id"))
        #expect(id.hasPrefix("local.") && id.count == "local.".count + 22)
        #expect(pending.headers[.location] == "/sessions/\(id)")
        #expect(pending.string("url") == "/sessions/\(id)")
        #expect(pending.string("state") == "connected")
        #expect(pending.string("uri") == "ws://127.0.0.1:4000/s")
        #expect(pending.json.member("expires_in")?.integer == 300)
    }

    @Test func withoutAWaitItIsAnsweredAtOnce() throws {
        let harness = GatewayHarness()
        let pending = try harness.send(.post, "/sessions?wait=0", uri)
        #expect(pending.status == 202)
        #expect(pending.string("state") == "connecting")
        let id = try #require(pending.string("id"))
        harness.transport.links[0].accept()
        #expect(try harness.send(.get, "/sessions/\(id)").string("state") == "connected")
    }

    @Test func theListedTopicsAreJoinedBeforeTheAnswer() throws {
        let harness = GatewayHarness()
        let pending = try harness.send(
            .post, "/sessions",
            #"{"uri":"ws://127.0.0.1:4000/s","topics":[{"topic":"a","params":{"x":1.0}},{"topic":"b"}]}"#)
        let link = harness.transport.links[0]
        link.accept()
        #expect(link.sentTexts() == [#"["1","1","a","phx_join",{"x":1.0}]"#, #"["2","2","b","phx_join",{}]"#])
        link.receive(#"["2","2","b","phx_reply",{"response":{},"status":"ok"}]"#)
        #expect(pending.isWaiting)
        link.receive(#"["1","1","a","phx_reply",{"response":{"y":2},"status":"ok"}]"#)
        #expect(pending.status == 201)
        #expect(
            pending.text.contains(
                #""topics":[{"topic":"a","state":"joined","response":{"y":2}},{"topic":"b","state":"joined","response":{}}]"#
            ))
    }

    @Test func aRefusedListedTopicLeavesNothingBehind() throws {
        let harness = GatewayHarness()
        let pending = try harness.send(.post, "/sessions", #"{"uri":"ws://127.0.0.1:4000/s","topics":[{"topic":"a"}]}"#)
        let link = harness.transport.links[0]
        link.accept()
        link.receive(#"["1","1","a","phx_reply",{"response":{"reason":"unauthorized"},"status":"error"}]"#)
        #expect(pending.status == 403)
        #expect(pending.string("code") == "join-rejected")
        #expect(pending.string("topic") == "a")
        #expect(pending.text.contains(#""reply":{"status":"error","response":{"reason":"unauthorized"}}"#))
        #expect(link.closeCodes == [1000])
        #expect(harness.gateway.sessionCount == 0)
    }

    @Test(arguments: [
        (
            ConnectError.refused(UpgradeRefusal(status: 403, now: 0)), 502, "upstream-refused",
            #""upstream":{"status":403}"#
        ),
        (.proxyRefused(status: 407), 502, "upstream-refused", "the proxy answered CONNECT with status 407"),
        (.untrusted(reason: "expired"), 502, "upstream-refused", #""upstream":{"reason":"expired"}"#),
        (.failed(reason: "nothing listens"), 502, "upstream-refused", #""upstream":{"reason":"nothing listens"}"#),
        (.timedOut, 504, "connect-timeout", ""),
    ])
    func aFailedConnectIsAProblemAndLeavesNothingBehind(
        _ error: ConnectError, _ status: Int, _ code: String, _ member: String
    ) throws {
        let harness = GatewayHarness()
        for members in ["", #","topics":[{"topic":"t"}]"#, #","topics":[{"topic":"t"}],"reconnect":false"#] {
            let body = #"{"uri":"ws://127.0.0.1:4000/socket/websocket"\#(members)}"#
            let pending = try harness.send(.post, "/sessions", body)
            try #require(harness.transport.links.last).handler.transportFailed(error)
            #expect(pending.status == status)
            #expect(pending.string("code") == code)
            #expect(pending.text.contains(member))
            #expect(harness.gateway.sessionCount == 0)
        }
    }

    @Test func aConnectThatTakesTooLongIs504AndClosed() throws {
        let harness = GatewayHarness()
        let pending = try harness.send(.post, "/sessions?wait=500ms", uri)
        harness.time.advance(by: .milliseconds(499))
        #expect(pending.isWaiting)
        harness.time.advance(by: .milliseconds(50))
        #expect(pending.status == 504)
        #expect(pending.string("code") == "connect-timeout")
        #expect(harness.transport.links[0].closeCodes == [1000])
        #expect(harness.gateway.sessionCount == 0)
    }

    @Test func aClientThatLeavesBeforeTheAnswerLeavesNoSession() throws {
        let harness = GatewayHarness()
        let pending = try harness.send(.post, "/sessions", uri)
        pending.hangUp()
        #expect(harness.gateway.sessionCount == 0)
        #expect(harness.transport.links[0].closeCodes == [1000])
    }

    @Test func aDeletedSessionIsRememberedForTenMinutes() throws {
        let harness = GatewayHarness()
        let session = try harness.session()
        try session.join()
        #expect(try session.send(.delete, "").status == 204)
        #expect(session.link.sentTexts() == [#"["1","2","t","phx_leave",{}]"#])
        #expect(session.link.closeCodes == [1000])
        let gone = try session.send(.get, "")
        #expect(gone.status == 410)
        #expect(gone.string("code") == "session-ended" && gone.string("reason") == "deleted")
        #expect(try session.send(.delete, "").status == 204)
        #expect(try session.send(.post, "/topics/t/push", #"{"event":"e"}"#).status == 410)
        harness.time.advance(by: .seconds(601))
        #expect(try session.send(.get, "").status == 404)
        #expect(try session.send(.delete, "").string("code") == "session-not-found")
    }

    @Test func aSessionThatNobodyNamesEndsAndOneThatIsWaitedOnDoesNot() throws {
        let harness = GatewayHarness()
        let session = try harness.session(#","idle_timeout":"10s""#)
        harness.time.advance(by: .seconds(9))
        _ = try session.send(.get, "")
        harness.time.advance(by: .seconds(9))
        let read = try session.send(.get, "/messages?after=latest&wait=30s")
        harness.time.advance(by: .seconds(29))
        #expect(read.isWaiting)
        harness.time.advance(by: .seconds(2))
        #expect(read.status == 200)
        harness.time.advance(by: .seconds(11))
        #expect(try session.send(.get, "").string("reason") == "idle")
        #expect(session.link.closeCodes == [1000])
    }

    @Test func aLostUpstreamLeavesTheSessionDisconnectedWithItsCause() throws {
        let harness = GatewayHarness()
        let session = try harness.session()
        try session.join()
        let push = try session.send(.post, "/topics/t/push?wait=5s", #"{"event":"e"}"#)
        let read = try session.send(.get, "/messages?after=latest&wait=5s")
        session.link.handler.transportClosed(code: 1012, reason: "")
        harness.time.run()
        #expect(push.status == 410)
        #expect(push.string("code") == "reply-lost")
        #expect(read.isWaiting)
        let answer = try session.send(.get, "")
        #expect(answer.string("state") == "disconnected")
        #expect(answer.text.contains(#""upstream":{"cause":"server","code":1012,"reason":"","retry_in":0"#))
        #expect(answer.text.contains(#""state":"errored""#))
        let refused = try session.send(.post, "/topics/t/push", #"{"event":"e"}"#)
        #expect(refused.status == 503)
        #expect(refused.string("code") == "disconnected")
        #expect(refused.json.member("sent")?.bool == false)
        #expect(try session.send(.put, "/topics/t").status == 503)
        #expect(try session.kinds() == ["connected", "joined", "disconnected"])
        harness.time.advance(by: .seconds(6))
        #expect(read.status == 200)
        #expect(try session.send(.delete, "/topics/t").status == 204)
    }

    @Test func thereIsARoomForSoManySessions() throws {
        let harness = GatewayHarness { $0.maxSessions = 1 }
        let session = try harness.session()
        let refused = try harness.send(.post, "/sessions", uri)
        #expect(refused.status == 503)
        #expect(refused.string("code") == "capacity")
        #expect(refused.headers[.retryAfter] == "5")
        #expect(try harness.send(.get, "/readyz").status == 503)
        _ = try session.send(.delete, "")
        #expect(try harness.send(.get, "/readyz").status == 200)
        _ = try harness.session()
    }

    @Test(arguments: [
        ("{}", "/uri"), (#"{"uri":1}"#, "/uri"), (#"{"uri":"http://h/"}"#, "/uri"),
        (#"{"uri":"ws://127.0.0.1/","x":1}"#, "/x"),
        (#"{"uri":"ws://127.0.0.1/","params":[]}"#, "/params"),
        (#"{"uri":"ws://127.0.0.1/","headers":{"A":1}}"#, "/headers"),
        (#"{"uri":"ws://127.0.0.1/","headers":{"Host":"a"}}"#, "/headers"),
        (#"{"uri":"ws://127.0.0.1/","topics":[{}]}"#, "/topics/0/topic"),
        (#"{"uri":"ws://127.0.0.1/","topics":[{"topic":"a"},{"topic":"a"}]}"#, "/topics/1/topic"),
        (#"{"uri":"ws://127.0.0.1/","topics":[{"topic":"a","y":1}]}"#, "/topics/0/y"),
        (#"{"uri":"ws://127.0.0.1/","idle_timeout":"soon"}"#, "/idle_timeout"),
        (#"{"uri":"ws://127.0.0.1/","idle_timeout":0}"#, "/idle_timeout"),
        (#"{"uri":"ws://127.0.0.1/?vsn=1.0.0"}"#, "/uri"), ("[]", ""),
    ])
    func aBadBodyIs400AndSaysWhere(_ body: String, _ pointer: String) throws {
        let harness = GatewayHarness()
        let answer = try harness.send(.post, "/sessions", body)
        #expect(answer.status == 400)
        #expect(answer.string("code") == "invalid-request")
        #expect(answer.json.member("errors")?.elements().first?.member("pointer")?.string == pointer)
        #expect(harness.transport.links.isEmpty)
        #expect(harness.gateway.sessionCount == 0)
    }

    @Test func aBodyThatIsNotJSONIs400WithTheByte() throws {
        let answer = try GatewayHarness().send(.post, "/sessions", #"{"uri":}"#)
        #expect(answer.status == 400)
        #expect(answer.string("detail")?.contains("at byte 7") == true)
    }

    @Test func anUpstreamElsewhereIs403UnlessAllowed() throws {
        let elsewhere = #"{"uri":"ws://example.com/socket/websocket"}"#
        let refused = try GatewayHarness().send(.post, "/sessions", elsewhere)
        #expect(refused.status == 403)
        #expect(refused.string("code") == "endpoint-not-allowed")
        let open = GatewayHarness { $0.allowedUpstreams = AllowedUpstreams(["*"].compactMap { AllowedUpstream($0) }) }
        #expect(try open.send(.post, "/sessions?wait=0", elsewhere).status == 202)
    }

    @Test func secretsAreNeverShown() throws {
        let harness = GatewayHarness()
        let pending = try harness.send(
            .post, "/sessions?wait=0",
            #"{"uri":"ws://127.0.0.1/s?token=secret1","params":{"t":"secret2"},"headers":{"X-T":"secret3"}}"#)
        let refusal = UpgradeRefusal(status: 403, body: Array("secret4".utf8), now: 0)
        harness.transport.links[0].handler.transportFailed(.refused(refusal))
        let id = try #require(pending.string("id"))
        let shown = try harness.send(.get, "/sessions/\(id)").text + harness.send(.get, "/sessions/\(id)/events").text
        #expect(shown.contains(#""status":403"#))
        #expect(!(pending.text + shown).contains("secret"))
    }
}
