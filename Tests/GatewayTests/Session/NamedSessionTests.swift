import Gateway
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// api.md, "Sessions": `PUT /sessions/{name}`; "Model": names.
@Suite struct NamedSessionTests {
    private let harness = GatewayHarness()
    private let spec = #"{"uri":"ws://127.0.0.1:4000/s?k=1","params":{"a":1,"b":[2]},"topics":[{"topic":"t"}]}"#

    private func put(_ body: String, _ query: String = "") throws -> GatewayHarness.Pending {
        try harness.send(.put, "/sessions/worker_1\(query)", body)
    }

    /// The session, connected and with its topic joined.
    private func made() throws -> SessionHarness {
        try harness.namedSession("worker_1", spec)
    }

    @Test func aNameThatNobodyHasMakesASessionWhichIsAnsweredOnceConnectedAndJoined() throws {
        let pending = try put(spec)
        harness.transport.links[0].accept()
        #expect(pending.isWaiting)
        SessionHarness(harness: harness, id: "", link: harness.transport.links[0]).reply(1)
        #expect(pending.status == 201)
        #expect(pending.string("name") == "worker_1")
        let id = try #require(pending.string("id"))
        #expect(pending.headers[.location] == "/sessions/\(id)" && pending.string("url") == "/sessions/\(id)")
    }

    @Test func aNameWorksWhereverAnIdDoes() throws {
        let session = try made()
        let id = try #require(try session.send(.get, "").string("id"))
        session.receive(#"["1",null,"t","e",{}]"#)
        #expect(try session.send(.get, "/messages").json.member("messages")?.elements().count == 1)
        let push = try session.send(.post, "/topics/t/push", #"{"event":"e"}"#)
        #expect(push.status == 202)
        #expect(push.string("reply_url")?.hasPrefix("/sessions/\(id)/replies/") == true)
        #expect(try session.send(.get, "/topics/t").status == 200)
        #expect(try session.send(.delete, "").status == 204)
        #expect(try harness.send(.get, "/sessions/\(id)").status == 410)
    }

    @Test(arguments: ["a", "0-_z", String(repeating: "n", count: 64)])
    func aNameOfOneToSixtyFourCharactersIsTaken(_ name: String) throws {
        #expect(try harness.send(.put, "/sessions/\(name)?wait=0", spec).string("name") == name)
    }

    @Test(arguments: ["A", "a.b", "%C3%A4", "a%20b", "a%2Fb", String(repeating: "n", count: 65)])
    func anotherNameIs400AndMakesNothing(_ name: String) throws {
        let answer = try harness.send(.put, "/sessions/\(name)", spec)
        #expect(answer.status == 400)
        #expect(answer.string("detail")?.contains("1 to 64") == true)
        #expect(harness.gateway.sessionCount == 0 && harness.transport.links.isEmpty)
    }

    @Test(arguments: [
        #"{"topics":[{"params":{ },"topic":"t"}],"params":{"b":[2.0],"a":1e0},"uri":"ws://127.0.0.1:4000/s?k=1"}"#,
        #"{"uri":"ws://127.0.0.1:4000/s?k=1","params":{"a":1,"b":[2]},"topics":[{"topic":"t"}],"headers":{"X-A":"1"}}"#,
        #"{"uri":"ws://127.0.0.1:4000/s?k=1","params":{"a":1,"b":[2]},"topics":[{"topic":"t"}],"auth_token":"x"}"#,
        #"{"uri":"ws://127.0.0.1:4000/s?k=1","params":{"a":1,"b":[2]},"topics":[{"topic":"t"}],"idle_timeout":"5m"}"#,
        """
        {"uri":"ws://127.0.0.1:4000/s?k=1","params":{"a":1,"b":[2]},"topics":[{"topic":"t"}],"socket":"own",\
        "log":{"max_entries":10000,"max_age":3600}}
        """,
    ])
    func theSameSpecIs200(_ body: String) throws {
        let session = try made()
        let again = try put(body)
        #expect(again.status == 200, "\(again.text)")
        #expect(again.string("id") == (try session.send(.get, "").string("id")))
        #expect(harness.transport.links.count == 1 && session.link.sentTexts() == [])
    }

    @Test(arguments: [
        (#"{"uri":"ws://127.0.0.1:4000/s?k=2","params":{"a":1,"b":[2]},"topics":[{"topic":"t"}]}"#, "/uri"),
        (#"{"uri":"ws://127.0.0.1:4000/s?k=1","params":{"a":2,"b":[2]},"topics":[{"topic":"t"}]}"#, "/params"),
        (#"{"uri":"ws://127.0.0.1:4000/s?k=1","params":{"a":1,"b":[2]}}"#, "/topics"),
        (
            #"{"uri":"ws://127.0.0.1:4000/s?k=1","params":{"a":1,"b":[2]},"topics":[{"topic":"t","params":{"x":1}}]}"#,
            "/topics"
        ),
        (
            #"{"uri":"ws://127.0.0.1:4000/s?k=1","params":{"a":1,"b":[2]},"topics":[{"topic":"t"}],"idle_timeout":9}"#,
            "/idle_timeout"
        ),
        (
            #"{"uri":"ws://127.0.0.1:4000/s?k=1","params":{"a":1,"b":[2]},"topics":[{"topic":"t"}],"reconnect":false}"#,
            "/reconnect"
        ),
        (
            """
            {"uri":"ws://127.0.0.1:4000/s?k=1","params":{"a":1,"b":[2]},"topics":[{"topic":"t"}],\
            "heartbeat_interval":"9s"}
            """, "/heartbeat_interval"
        ),
        (
            """
            {"uri":"ws://127.0.0.1:4000/s?k=1","params":{"a":1,"b":[2]},"topics":[{"topic":"t"}],\
            "log":{"max_entries":9}}
            """, "/log"
        ),
        (
            """
            {"uri":"ws://127.0.0.1:4000/s?k=1","params":{"a":1,"b":[2]},"topics":[{"topic":"t"}],\
            "log":{"overflow":"close"}}
            """, "/log"
        ),
        (
            """
            {"uri":"ws://127.0.0.1:4000/s?k=1","params":{"a":1,"b":[2]},"topics":[{"topic":"t"}],\
            "socket":"shared"}
            """, "/socket"
        ),
    ])
    func anotherSpecIs409AndChangesNothing(_ body: String, _ pointer: String) throws {
        let session = try made()
        let answer = try put(body)
        #expect(answer.status == 409)
        #expect(answer.string("code") == "spec-conflict")
        #expect(answer.json.member("errors")?.elements().first?.member("pointer")?.string == pointer)
        #expect(try session.state() == "connected" && harness.transport.links.count == 1)
    }

    @Test func theSpecAsFirstGivenCountsAndAPatchDoesNot() throws {
        let session = try made()
        #expect(try session.send(.patch, "", #"{"params":{"a":9},"idle_timeout":"9s"}"#).status == 200)
        #expect(try put(spec).status == 200)
    }

    @Test func tokenAndHeadersAreTakenOverForTheNextConnect() throws {
        let session = try made()
        let body = spec.dropLast() + #","auth_token":"new","headers":{"X-T":"2"}}"#
        #expect(try put(String(body)).status == 200)
        session.link.handler.transportClosed(code: 1012, reason: "")
        harness.transport.advance(.seconds(1))
        let endpoint = try #require(harness.transport.links.last).endpoint
        #expect(endpoint.headers.map(\.value) == ["2"])
        #expect(endpoint.subprotocols.count == 2)
        #expect(endpoint.target.hasPrefix("/s?k=1&a=1&"))
    }

    @Test(arguments: ["left", "closed", "rejected"])
    func aTopicThatIsNotJoinedAnyMoreIsJoinedAgain(_ how: String) throws {
        let session = try made()
        switch how {
        case "left":
            let leave = try session.send(.delete, "/topics/t")
            session.reply(2)
            #expect(leave.status == 204)
        case "closed":
            session.receive(#"["1","1","t","phx_close",{}]"#)
        default:
            let join = try session.send(.put, "/topics/t?rejoin=true")
            session.reply(2)
            session.reply(3, joinRef: 3, status: "error")
            #expect(join.status == 403)
        }
        #expect(try session.send(.get, "/topics/t").string("state") == how)
        _ = session.link.sent()
        let again = try put(spec)
        #expect(again.isWaiting)
        let text = try #require(session.link.sentTexts().first)
        #expect(text.hasSuffix(#""t","phx_join",{}]"#))
        let ref = try #require(Int(text.split(separator: "\"")[1]))
        session.reply(ref, joinRef: ref)
        #expect(again.status == 200)
        #expect(again.text.contains(#""state":"joined""#))
    }

    @Test func aListedTopicThatIsRefusedWhenJoinedAgainFailsTheRequestAndKeepsTheSession() throws {
        let session = try made()
        session.receive(#"["1","1","t","phx_close",{}]"#)
        let again = try put(spec)
        session.reply(2, joinRef: 2, status: "error", #"{"reason":"full"}"#)
        #expect(again.status == 403)
        #expect(again.string("code") == "join-rejected" && again.string("topic") == "t")
        #expect(try session.state() == "connected")
    }

    @Test func concurrentRequestsOfOneNameMakeOneSessionAndAllWaitForIt() throws {
        let waiting = try (0..<20).map { _ in try put(spec) }
        #expect(harness.transport.links.count == 1 && harness.gateway.sessionCount == 1)
        harness.transport.links[0].accept()
        #expect(waiting.allSatisfy { $0.isWaiting })
        SessionHarness(harness: harness, id: "", link: harness.transport.links[0]).reply(1)
        #expect(waiting.compactMap(\.status) == [201] + Array(repeating: 200, count: 19))
        #expect(Set(waiting.map { $0.string("id") }).count == 1)
    }

    @Test func requestsFromManyThreadsMakeOneSession() async throws {
        let harness = harness
        let spec = spec
        let ids = await withTaskGroup(of: String?.self) { group in
            for _ in 0..<50 {
                group.addTask { try? harness.send(.put, "/sessions/one?wait=0", spec).string("id") }
            }
            return await group.reduce(into: [String?]()) { $0.append($1) }
        }
        #expect(ids.count == 50 && Set(ids).count == 1 && ids[0] != nil)
        #expect(harness.gateway.sessionCount == 1 && harness.transport.links.count == 1)
    }

    @Test func aCreationThatFailsIsToldToAllAndLeavesNothingBehind() throws {
        let waiting = [try put(spec), try put(spec)]
        harness.transport.links[0].handler.transportFailed(.failed(reason: "nothing listens"))
        #expect(waiting.compactMap(\.status) == [502, 502])
        #expect(harness.gateway.sessionCount == 0)
        #expect(try harness.send(.get, "/sessions/worker_1").status == 404)
        _ = try put(spec)
        #expect(harness.transport.links.count == 2)
    }

    @Test func nobodysWaitIsCutShortForAnothers() throws {
        let short = try put(spec, "?wait=1s")
        let long = try put(spec, "?wait=30s")
        harness.time.advance(by: .seconds(2))
        #expect(short.status == 504 && short.string("code") == "connect-timeout")
        #expect(long.isWaiting && harness.gateway.sessionCount == 1)
        harness.time.advance(by: .seconds(30))
        #expect(long.status == 504)
        #expect(harness.gateway.sessionCount == 0)
        #expect(harness.transport.links[0].closeCodes == [1000])
    }

    @Test func clientsThatGoAwayLeaveTheSessionToThoseThatStay() throws {
        let waiting = [try put(spec), try put(spec)]
        waiting[0].hangUp()
        #expect(harness.gateway.sessionCount == 1)
        waiting[1].hangUp()
        #expect(harness.gateway.sessionCount == 0)
    }

    @Test func aRequestThatDoesNotWaitKeepsTheSessionWhenTheOthersAttemptFails() throws {
        let waiting = try put(spec)
        let told = try put(spec, "?wait=0")
        #expect(told.status == 202 && told.string("state") == "connecting")
        harness.transport.links[0].handler.transportFailed(.timedOut)
        #expect(waiting.status == 504)
        #expect(try harness.send(.get, "/sessions/worker_1").string("state") == "disconnected")
    }

    @Test func aSessionThatIsDisconnectedIsConnectedAgain() throws {
        let session = try made()
        let down = try session.send(.post, "/disconnect")
        session.link.handler.transportClosed(code: 1000, reason: "")
        #expect(down.status == 200)
        let again = try put(spec)
        let link = try #require(harness.transport.links.last)
        link.accept()
        #expect(again.isWaiting)
        SessionHarness(harness: harness, id: "", link: link).reply(2, joinRef: 2)
        #expect(again.status == 200 && again.string("state") == "connected")
    }

    @Test func aNameIsFreeOnceItsSessionHasEndedAndTellsOfItUntilThen() throws {
        let session = try made()
        #expect(try session.send(.delete, "").status == 204)
        #expect(try session.send(.delete, "").status == 204)
        #expect(try session.send(.get, "").string("reason") == "deleted")
        let again = try put(spec, "?wait=0")
        #expect(again.status == 202)
        #expect(try session.send(.get, "").status == 200)
        harness.time.advance(by: .seconds(601))
        #expect(try session.send(.get, "").string("reason") == "idle")
        harness.time.advance(by: .seconds(601))
        #expect(try session.send(.get, "").string("code") == "session-not-found")
    }

    @Test(arguments: ["deleted", "idle"])
    func theNameOfAnEndedSessionMakesANewOneWhileTheOldIdIs410(_ reason: String) throws {
        let session = try made()
        let id = try #require(try session.send(.get, "").string("id"))
        if reason == "idle" { harness.time.advance(by: .seconds(301)) } else { _ = try session.send(.delete, "") }
        #expect(try harness.send(.get, "/sessions/\(id)").string("reason") == reason)
        let again = try put(spec)
        let link = try #require(harness.transport.links.last)
        link.accept()
        SessionHarness(harness: harness, id: "", link: link).reply(1)
        #expect(again.status == 201 && harness.transport.links.count == 2)
        let other = try #require(again.string("id"))
        #expect(other != id)
        let old = try harness.send(.get, "/sessions/\(id)")
        #expect(old.status == 410 && old.string("code") == "session-ended" && old.string("reason") == reason)
        #expect(try session.send(.get, "").string("id") == other)
        // It is used all the while.
        for _ in 0..<3 {
            harness.time.advance(by: .seconds(199))
            #expect(try session.send(.get, "").string("id") == other)
        }
        #expect(try harness.send(.get, "/sessions/\(id)").status == 410)
        harness.time.advance(by: .seconds(4))
        #expect(try harness.send(.get, "/sessions/\(id)").status == 404)
        #expect(try session.send(.get, "").string("id") == other)
    }

    @Test func aNameOfNoSessionIs404() throws {
        #expect(try harness.send(.get, "/sessions/nobody").string("code") == "session-not-found")
        #expect(try harness.send(.delete, "/sessions/nobody").status == 404)
    }

    @Test func anIdIsNoName() throws {
        let session = try harness.session()
        #expect(try harness.send(.put, "/sessions/\(session.id)", spec).status == 400)
        #expect(try harness.send(.get, "/sessions/\(session.id)").text.contains(#""name":null"#))
    }

    @Test func whereTooManyWaitNothingIsTakenOver() throws {
        let session = try made()
        for _ in 1...1_024 { try session.send(.get, "?until=disconnected&wait=30s") }
        let refused = try put(spec.replacing("\"params\"", with: "\"auth_token\":\"new\",\"params\""))
        #expect(refused.status == 429, "\(refused.text)")
        let before = session.link.endpoint
        session.link.handler.transportClosed(code: 1012, reason: "")
        harness.transport.advance(.seconds(1))
        let after = try #require(harness.transport.links.last).endpoint
        #expect(harness.transport.links.count == 2 && after.subprotocols == before.subprotocols)
    }
}
