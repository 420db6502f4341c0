import Gateway
import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// api.md, "Errors": what a problem advises can be done, and helps.
@Suite struct AdviceTests {
    private let harness = GatewayHarness()

    private func expect(_ answer: GatewayHarness.Pending, _ status: Int, _ words: String...) {
        #expect(answer.status == status, "\(answer.text)")
        for word in words { #expect(answer.string("detail")?.contains(word) == true, "\(answer.text)") }
    }

    // MARK: Sessions

    @Test func aNameThatNoSessionHasIsToBePut() throws {
        for method in [HTTPRequest.Method.get, .delete] {
            expect(try harness.send(method, "/sessions/cron"), 404, "PUT /sessions/cron makes it")
        }
        expect(try harness.send(.get, "/sessions/local.1234"), 404, "POST /sessions")
        // It can't be a name.
        expect(try harness.send(.get, "/sessions/CRON"), 404, "POST /sessions")
    }

    @Test func aNamedSessionThatHasEndedIsToBePutAgain() throws {
        let spec = #"{"uri":"ws://127.0.0.1:4000/","topics":[{"topic":"t"}]}"#
        let session = try harness.namedSession("cron", spec)
        let waiting = try session.send(.get, "/messages?after=latest&wait=30s")
        let id = try #require(try session.send(.get, "").string("id"))
        try session.send(.delete, "")
        for answer in [waiting, try session.send(.get, ""), try harness.send(.get, "/sessions/\(id)/events")] {
            expect(answer, 410, "PUT /sessions/cron makes it anew")
        }
        let other = try harness.session()
        try other.send(.delete, "")
        expect(try other.send(.get, ""), 410, "Make another with POST /sessions")
    }

    @Test func whileItConnectsAPushIsToldHowToWaitForThat() throws {
        let made = try harness.send(.post, "/sessions?wait=0", #"{"uri":"ws://127.0.0.1:4000/"}"#)
        let url = try #require(made.string("url"))
        let push = try harness.send(.post, "\(url)/topics/t/push", #"{"event":"e"}"#)
        expect(push, 503, "GET \(url)?until=connected&wait=10s", "GET \(url) says")
        #expect(push.json.member("retryable")?.bool == true)
        let until = try harness.send(.get, "\(url)?until=connected&wait=10s")
        try #require(harness.transport.links.last).accept()
        harness.time.run()
        #expect(until.status == 200)
    }

    @Test(arguments: [401, 403]) func whoIsNotLetInIsToldToPatchFirst(_ status: Int) throws {
        let session = try harness.session()
        session.link.handler.transportClosed(code: 1006, reason: "")
        harness.transport.advance(.seconds(60))
        let link = try #require(harness.transport.links.last)
        link.handler.transportFailed(.refused(UpgradeRefusal(status: status, now: 0)))
        harness.time.run()
        let push = try session.send(.post, "/topics/t/push", #"{"event":"e"}"#)
        expect(push, 503, "PATCH", "auth_token", "POST to its /connect")
        #expect(push.json.member("retryable")?.bool == false)
    }

    @Test func aDisconnectedSessionIsToBeConnected() throws {
        let session = try harness.session()
        try session.send(.post, "/disconnect?wait=0")
        session.link.handler.transportClosed(code: 1000, reason: "")
        harness.time.run()
        let push = try session.send(.post, "/topics/t/push", #"{"event":"e"}"#)
        expect(push, 503, "POST to its /connect")
        #expect(push.string("detail")?.contains("PATCH") == false)
    }

    @Test(arguments: [false, true]) func whoLosesTheConnectionIsToldWhetherToWaitForTheNext(_ reconnects: Bool) throws {
        let session = try harness.session(#","reconnect":\#(reconnects)"#)
        try session.join()
        session.receive(#"["1","1","t","phx_error",{}]"#)
        let answers = [
            try session.send(.put, "/topics/t"),
            try session.send(.post, "/topics/t/push?join=true", #"{"event":"e"}"#),
        ]
        session.link.handler.transportClosed(code: 1012, reason: "")
        harness.time.run()
        for answer in answers {
            expect(answer, 503, reconnects ? "until=connected&wait=10s" : "POST to its /connect")
            #expect(answer.json.member("retryable")?.bool == reconnects)
        }
    }

    @Test func whoWaitsForAConnectionThatIsCalledOffIsToldToConnect() throws {
        let session = try harness.session()
        session.link.handler.transportClosed(code: 1012, reason: "")
        let connect = try session.send(.post, "/connect")
        #expect(connect.isWaiting)
        try session.send(.post, "/disconnect?wait=0")
        expect(connect, 503, "POST to its /connect")
        #expect(connect.json.member("retryable")?.bool == false)
    }

    @Test func asItIsDisconnectedToBeConnectedAgainAJoinIsToldToWaitForThat() throws {
        let session = try harness.session()
        try session.send(.post, "/disconnect?wait=0")
        expect(try session.send(.put, "/topics/t"), 503, "POST to its /connect")
        try session.send(.post, "/connect?wait=0")
        let join = try session.send(.put, "/topics/t")
        expect(join, 503, "until=connected&wait=10s")
        #expect(join.json.member("retryable")?.bool == true)
        let until = try session.send(.get, "?until=connected&wait=10s")
        session.link.handler.transportClosed(code: 1000, reason: "")
        harness.time.run()
        try #require(harness.transport.links.last).accept()
        harness.time.run()
        #expect(until.status == 200)
    }

    @Test func aCreationThatLosesItsConnectionMayBeTriedAgain() throws {
        let made = try harness.send(
            .post, "/sessions", #"{"uri":"ws://127.0.0.1:4000/","topics":[{"topic":"t"}],"reconnect":false}"#)
        let link = try #require(harness.transport.links.last)
        link.accept()
        link.handler.transportClosed(code: 1012, reason: "")
        harness.time.run()
        expect(made, 503, "no session was left behind: ask again")
        #expect(made.json.member("retryable")?.bool == true && made.json.member("sent")?.bool == false)
        #expect(harness.gateway.sessionCount == 0)
    }

    // MARK: Listening

    @Test(arguments: [HTTPRequest.Method.get, .post])
    func aListenerTakesNoKeyHoweverItAsksAndConnectsNowhere(_ method: HTTPRequest.Method) throws {
        let refused = try harness.send(
            method, method == .get ? "/listen?uri=ws://127.0.0.1:4000/&topic=t" : "/listen",
            method == .get ? "" : #"{"uri":"ws://127.0.0.1:4000/","topic":"t"}"#, headers: [.testIdempotencyKey: "k"])
        expect(refused, 400, "takes no Idempotency-Key")
        #expect(refused.text.contains(#""errors":[{"header":"Idempotency-Key""#) && harness.transport.links.isEmpty)
    }

    @Test func aListenerWithALongPatternIsToldOfItsOwnPathAlone() throws {
        let pattern = "%22" + String(repeating: "x", count: 4_096) + "%22"
        let listener = try harness.send(.get, "/listen?uri=ws://127.0.0.1:4000/&topic=t&match=\(pattern)")
        expect(listener, 400, "POST to the same path takes one of 16384")
        expect(try harness.session().send(.get, "/messages?match=\(pattern)"), 400, "POST …/await takes one of 16384")
    }

    // MARK: Topics

    @Test func whatWaitsOnForAJoinOrALeaveIsTheSameRequestWhicheverThatIs() throws {
        let session = try harness.session()
        let join = try session.send(.post, "/join?wait=1s", #"{"topic":"t"}"#)
        harness.time.advance(by: .seconds(2))
        expect(join, 504, "the same request waits on", "leaving the topic gives it up")
        let again = try session.send(.post, "/join?wait=1s", #"{"topic":"t"}"#)
        session.reply(1)
        #expect(again.status == 201)
        let leave = try session.send(.post, "/leave?wait=1s", #"{"topic":"t"}"#)
        harness.time.advance(by: .seconds(2))
        expect(leave, 504, "the same request waits on")
    }

    @Test func aTopicIsToBeNamedWhereTheRouteReadsIt() throws {
        let session = try harness.session()
        for answer in [
            try session.send(.get, "/presence"), try session.send(.post, "/push?event=e", #"{"topic":"t"}"#),
        ] {
            expect(answer, 400, "name it as ?topic=.")
            #expect(answer.string("detail")?.contains("member") == false)
        }
        expect(try session.send(.post, "/push", #"{"event":"e"}"#), 400, "the body's member 'topic', or as ?topic=.")
    }

    @Test func aPresenceThatIsNotKnownIsToldHowItWillBe() throws {
        let session = try harness.session(#","reconnect":false"#)
        try session.join()
        expect(try session.send(.get, "/topics/t/presence"), 404, "With ?wait=10s it is waited for")
        let waiting = try session.send(.get, "/topics/t/presence?wait=10s")
        harness.time.advance(by: .seconds(11))
        expect(waiting, 404, "nor before the wait was over", "others never send any")
        #expect(waiting.string("detail")?.contains("?wait") == false)
        try session.send(.delete, "/topics/t")
        session.reply(2)
        expect(try session.send(.get, "/topics/t/presence"), 404, "Join it first")
        let join = try session.send(.put, "/topics/t")
        session.reply(3, joinRef: 3)
        #expect(join.status == 201)
        session.link.handler.transportClosed(code: 1012, reason: "")
        harness.time.run()
        expect(try session.send(.get, "/topics/t/presence"), 404, "POST to its /connect")
    }

    @Test(arguments: [false, true])
    func anUpstreamsLimitOfTopicsIsNothingThatTheSameRequestOutlasts(_ isOfCreation: Bool) throws {
        let full = #"["1","1","t","phx_reply",{"response":{"reason":"too many channels joined"},"status":"error"}]"#
        let answer: GatewayHarness.Pending
        if isOfCreation {
            answer = try harness.send(
                .post, "/sessions", #"{"uri":"ws://127.0.0.1:4000/","topics":[{"topic":"t"}]}"#)
            let link = try #require(harness.transport.links.last)
            link.accept()
            link.receive(full)
        } else {
            let session = try harness.session()
            answer = try session.send(.put, "/topics/t")
            session.receive(full)
        }
        harness.time.run()
        expect(answer, 503, isOfCreation ? "list fewer" : "leave topics and join anew")
        #expect(answer.string("code") == "too-many-topics" && answer.json.member("retryable")?.bool == false)
    }

    // MARK: Reads

    @Test func aCursorOfAnotherLogIsNoneToDeleteThrough() throws {
        let session = try harness.session()
        let refused = try session.send(.delete, "/messages?through=zzzzzzzz-1")
        expect(refused, 410, "nothing was deleted", "'next'")
        #expect(refused.string("detail")?.contains("oldest") == false && refused.string("latest") != nil)
        expect(try session.send(.get, "/messages?after=zzzzzzzz-1"), 410, "'oldest' or 'latest' as 'after'")
    }

    @Test func aDeleteWithoutACursorIsToldWhatIsMissing() throws {
        let session = try harness.session()
        expect(try session.send(.delete, "/messages"), 400, "'through' is missing")
        expect(try session.send(.delete, "/messages?through="), 400, "'through' is not a cursor")
    }

    @Test func anAwaitThatIsOverIsToldWithWhatToGoOn() throws {
        let session = try harness.session()
        let late = try session.send(.post, "/await?wait=0", #"{"event":"e"}"#)
        expect(late, 504, "this answer's 'next' as 'after'")
        #expect(late.string("next") != nil)
    }

    // MARK: Bodies

    @Test func noTopicAtAllIsNoAlternative() throws {
        let session = try harness.session()
        for body in [#"{"topic":[]}"#, #"{"topic":[1]}"#, #"{"topic":{}}"#] {
            expect(try session.send(.post, "/await", body), 400, "/topic must be a string, or an array of at least one")
        }
    }

    @Test(arguments: ["1", #""never""#, "[]"]) func whatReconnectMayBeIsSaid(_ value: String) throws {
        let body = #"{"uri":"ws://127.0.0.1:4000/","reconnect":\#(value)}"#
        expect(try harness.send(.post, "/sessions", body), 400, "/reconnect must be true, false, or an object")
    }

    @Test func howDeepABodyIsAndMayBeIsSaid() throws {
        func nested(_ levels: Int) -> String {
            String(repeating: "[", count: levels) + #""[\"{[""# + String(repeating: "]", count: levels)
        }
        let session = try harness.session()
        try session.join()
        let path = "/topics/t/push"
        expect(try session.send(.post, "\(path)?event=e", nested(70)), 400, "has 70 levels", "may have 64.")
        let member = try session.send(.post, path, #"{"event":"e","payload":\#(nested(70))}"#)
        expect(member, 400, "has 71 levels", "may have 65, 64 of them for a payload")
        #expect(try session.send(.post, path, #"{"event":"e","payload":\#(nested(64))}"#).status == 202)
    }

    @Test func aCallIsNotToldToSendTheEventInItsQuery() throws {
        let body = #"{"uri":"ws://127.0.0.1:4000/","topic":"t","event":"e","payload":{"$binary":1}}"#
        for path in ["/call", "/listen"] {
            let refused = try harness.send(.post, path, body)
            expect(refused, 400, "base64")
            #expect(refused.string("detail")?.contains("?event=") == false)
        }
    }
}
