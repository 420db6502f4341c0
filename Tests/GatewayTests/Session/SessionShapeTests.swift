import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

@testable import Gateway

/// api.md, "Model" and "Sessions": ids, what a session is shown as, its making and its end.
@Suite struct SessionShapeTests {
    private let harness = GatewayHarness()

    private func create(_ members: String = "", query: String = "?wait=0") throws -> GatewayHarness.Pending {
        try harness.send(.post, "/sessions\(query)", #"{"uri":"ws://127.0.0.1:4000/"\#(members)}"#)
    }

    // MARK: Ids and names

    @Test func idsAreTwentyTwoDigitsOfBase62AndNoTwoAreAlike() throws {
        let ids = try (0..<1_000).map { _ in try #require(try create().string("id")) }
        #expect(Set(ids).count == 1_000)
        #expect(ids.allSatisfy { $0.wholeMatch(of: /local\.[0-9A-Za-z]{22}/) != nil })
        // Each digit is drawn: none of the places is the same in all.
        for place in 6..<28 { #expect(Set(ids.map { Array($0)[place] }).count > 30) }
    }

    @Test func aRequestByNameNamesTheSessionToo() throws {
        try harness.send(.put, "/sessions/n?wait=0", #"{"uri":"ws://127.0.0.1:4000/","idle_timeout":"10s"}"#)
        for _ in 0..<3 {
            harness.time.advance(by: .seconds(9))
            #expect(try harness.send(.get, "/sessions/n").status == 200)
        }
        harness.time.advance(by: .seconds(11))
        #expect(try harness.send(.get, "/sessions/n").status == 410)
    }

    // MARK: As it is shown

    @Test func aSessionHasTheseMembers() throws {
        let session = try harness.session()
        let members = [
            "id", "url", "name", "state", "uri", "endpoint", "topics", "cursor", "oldest", "log", "expires_in",
            "upstream",
        ]
        #expect(try session.send(.get, "").json.members().map(\.name) == members)
        #expect(try session.send(.get, "").json.member("upstream")?.kind == .null)
        session.link.handler.transportClosed(code: 1012, reason: "bye")
        harness.time.run()
        let down = try session.send(.get, "").json
        #expect(down.members().map(\.name) == members)
        #expect(down.member("upstream")?.members().map(\.name) == ["cause", "code", "reason", "retry_in"])
        #expect(
            down.member("log")?.members().map(\.name) == [
                "entries", "bytes", "max_entries", "max_bytes", "max_age", "overflow",
            ])
    }

    @Test func betweenAttemptsAndDuringOneASessionIsDisconnected() throws {
        let session = try harness.session()
        session.link.handler.transportClosed(code: 1012, reason: "")
        #expect(try session.state() == "disconnected")
        harness.transport.advance(.seconds(1))
        #expect(harness.transport.links.count == 2)
        #expect(try session.state() == "disconnected")
        harness.transport.links[1].accept()
        #expect(try session.state() == "connected")
    }

    @Test func aPageHasAHundredSessionsUnlessAskedForMore() throws {
        for _ in 0..<101 { _ = try create() }
        let page = try harness.send(.get, "/sessions")
        #expect(page.json.member("sessions")?.elements().count == 100 && page.string("next_page_token") != nil)
        let all = try harness.send(.get, "/sessions?limit=1000")
        #expect(all.json.member("sessions")?.elements().count == 101 && all.string("next_page_token") == nil)
    }

    // MARK: Its making

    @Test func aSocketIsOwnOrShared() throws {
        #expect(try create(#","socket":"own""#).status == 202)
        #expect(try create(#","socket":"own""#).status == 202)
        #expect(harness.transport.links.count == 2)
        for value in [#""x""#, "1", "true", #""""#] {
            let answer = try create(#","socket":\#(value)"#)
            #expect(answer.status == 400)
            #expect(answer.json.member("errors")?.elements().first?.member("pointer")?.string == "/socket")
        }
        #expect(harness.transport.links.count == 2)
    }

    @Test(arguments: ["", #","reconnect":{"min":"10ms"}"#, #","socket":"shared""#])
    func aCreationThatFailedTriesNoMore(_ members: String) throws {
        let creation = try create(members, query: "")
        harness.transport.advance()
        try #require(harness.transport.links.first).handler.transportFailed(.failed(reason: "nothing listens"))
        harness.transport.advance()
        harness.time.run()
        #expect(creation.status == 502)
        harness.transport.advance(.seconds(600))
        #expect(harness.transport.links.count == 1 && harness.gateway.sessionCount == 0)
    }

    @Test func tooManyCreationsThatWaitUnderOneKeyAre429() throws {
        let key: HTTPFields = [.testIdempotencyKey: "k"]
        let body = #"{"uri":"ws://127.0.0.1:4000/"}"#
        let waiting = try (0..<64).map { _ in try harness.send(.post, "/sessions", body, headers: key) }
        #expect(waiting.allSatisfy { $0.isWaiting })
        let refused = try harness.send(.post, "/sessions", body, headers: key)
        #expect(refused.status == 429 && refused.string("code") == "too-many-requests")
        #expect(refused.headers[.retryAfter] != nil)
        try #require(harness.transport.links.first).accept()
        harness.time.run()
        #expect(waiting.allSatisfy { $0.status == 201 } && harness.gateway.sessionCount == 1)
    }

    @Test(arguments: [
        ("POST", "/sessions", #"{"uri":"ws://127.0.0.1:4000/","topics":[{"topic":"phoenix"}]}"#),
        ("PUT", "/sessions/n", #"{"uri":"ws://127.0.0.1:4000/","topics":[{"topic":"phoenix"}]}"#),
        ("POST", "/call", #"{"uri":"ws://127.0.0.1:4000/","topic":"phoenix","event":"e"}"#),
        ("POST", "/call", #"{"uri":"ws://127.0.0.1:4000/","topic":"t","event":"phx_leave"}"#),
        ("POST", "/listen", #"{"uri":"ws://127.0.0.1:4000/","topic":"phoenix"}"#),
        ("POST", "/listen", #"{"uri":"ws://127.0.0.1:4000/","topic":"t","event":"phx_leave"}"#),
        ("GET", "/listen?uri=ws://127.0.0.1:4000/&topic=phoenix", ""),
    ])
    func theProtocolsOwnNamesAre400WhereASessionIsMade(_ method: String, _ path: String, _ body: String) throws {
        let answer = try harness.send(try #require(HTTPRequest.Method(rawValue: method)), path, body)
        #expect(answer.status == 400 && answer.string("code") == "invalid-request", "\(answer.text)")
        #expect(harness.transport.links.isEmpty && harness.gateway.sessionCount == 0)
    }

    @Test(arguments: ["/topics/phoenix/push", "/push?topic=phoenix"])
    func theProtocolsOwnTopicIsNotPushedTo(_ path: String) throws {
        let session = try harness.session()
        for query in ["", "join=true"] {
            let target = path + (query.isEmpty ? "" : (path.contains("?") ? "&" : "?") + query)
            #expect(try session.send(.post, target, #"{"event":"e"}"#).status == 400, "\(target)")
        }
        #expect(session.link.sent() == [])
    }

    // MARK: Its end

    @Test func aDeleteLeavesWhatIsBeingJoinedByClosingTheSocket() throws {
        let session = try harness.session()
        let join = try session.send(.put, "/topics/t")
        #expect(try session.send(.delete, "").status == 204)
        #expect(join.status == 410 && session.link.closeCodes == [1000])
    }

    @Test(arguments: ["idle", "overflow", "draining"]) func eachEndIsToldForTenMinutes(_ reason: String) throws {
        let session = try harness.session(#","idle_timeout":"10s","log":{"max_entries":1,"overflow":"close"}"#)
        switch reason {
        case "idle": harness.time.advance(by: .seconds(11))
        case "overflow":
            try session.send(.put, "/topics/t?wait=0")
            session.reply(1)
        default: harness.gateway.drain()
        }
        let ended = try session.send(.get, "")
        #expect(ended.status == 410 && ended.string("code") == "session-ended" && ended.string("reason") == reason)
        harness.time.advance(by: .seconds(590))
        #expect(try session.send(.get, "/messages").string("reason") == reason)
        harness.time.advance(by: .seconds(20))
        #expect(try session.send(.get, "").status == 404)
    }

    @Test(.timeLimit(.minutes(10))) func pastTheBoundTheOldestEndIsForgotten() throws {
        let ids = try (0...SessionRegistry.maxEnded).map { _ in
            let id = try #require(try create().string("id"))
            try harness.send(.delete, "/sessions/\(id)")
            return id
        }
        #expect(try harness.send(.get, "/sessions/\(ids[0])").status == 404)
        #expect(try harness.send(.get, "/sessions/\(ids[1])").status == 410)
    }
}
