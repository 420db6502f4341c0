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
        expect(push, 503, "GET /sessions/{id}?until=connected&wait=10s")
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
        #expect(made.status == 503 && made.json.member("retryable")?.bool == true, "\(made.text)")
        #expect(harness.gateway.sessionCount == 0)
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
