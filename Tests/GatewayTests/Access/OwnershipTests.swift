import Gateway
import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// api.md, "Model": a session is its principal's, and to others it isn't there.
@Suite struct OwnershipTests {
    private let access = AccessHarness(FakeAuthenticator(.test("ann"), .test("bob")))
    private let key: HTTPFields = [.testIdempotencyKey: "k"]

    private func ids(_ token: String) throws -> [String] {
        try access.send(token, .get, "/sessions").json.member("sessions")?.elements()
            .compactMap { $0.member("id")?.string } ?? []
    }

    private func code(_ pending: GatewayHarness.Pending) -> String? { pending.string("code") }

    @Test func anothersSessionIs404ToEveryRequest() throws {
        let id = try access.session("ann")
        let requests: [(HTTPRequest.Method, String, String)] = [
            (.get, "", ""), (.patch, "", "{}"), (.delete, "", ""), (.post, "/connect", ""), (.post, "/disconnect", ""),
            (.get, "/topics", ""), (.get, "/topics/t", ""), (.put, "/topics/t", ""), (.delete, "/topics/t", ""),
            (.post, "/join", #"{"topic":"t"}"#), (.post, "/leave", #"{"topic":"t"}"#),
            (.post, "/push", #"{"topic":"t","event":"e"}"#), (.post, "/topics/t/push", #"{"event":"e"}"#),
            (.get, "/topics/t/presence", ""), (.get, "/presence?topic=t", ""), (.get, "/replies/x", ""),
            (.get, "/messages", ""), (.get, "/topics/t/messages", ""), (.get, "/events", ""),
            (.post, "/await", "{}"), (.delete, "/messages?through=x-1", ""),
        ]
        for (method, path, body) in requests {
            let answer = try access.send("bob", method, "/sessions/\(id)\(path)", body)
            #expect(answer.status == 404 && code(answer) == "session-not-found", "\(method) \(path): \(answer.text)")
        }
        #expect(try access.send("ann", .get, "/sessions/\(id)").string("state") == "connected")
    }

    @Test func listsShowOnesOwn() throws {
        let (first, second) = (try access.session("ann"), try access.session("bob"))
        let third = try access.session("ann")
        #expect(try ids("ann") == [first, third] && ids("bob") == [second])
    }

    @Test func aNameIsForItsPrincipalAlone() throws {
        let spec = #"{"uri":"ws://127.0.0.1:4000/s"}"#
        var made: [String] = []
        for token in ["ann", "bob"] {
            let pending = try access.send(token, .put, "/sessions/cron", spec)
            access.harness.transport.links.last?.accept()
            access.harness.time.run()
            #expect(pending.status == 201)
            made.append(try #require(pending.string("id")))
        }
        #expect(made[0] != made[1])
        #expect(try access.send("ann", .get, "/sessions/cron").string("id") == made[0])
        #expect(try access.send("bob", .delete, "/sessions/cron").status == 204)
        #expect(try access.send("ann", .get, "/sessions/cron").string("id") == made[0])
        #expect(try code(access.send("bob", .get, "/sessions/cron")) == "session-ended")
    }

    @Test func thatASessionHasEndedIsToldToItsPrincipalAlone() throws {
        let id = try access.session("ann")
        #expect(try access.send("bob", .delete, "/sessions/\(id)").status == 404)
        #expect(try access.send("ann", .delete, "/sessions/\(id)").status == 204)
        #expect(try access.send("ann", .delete, "/sessions/\(id)").status == 204)
        #expect(try code(access.send("ann", .get, "/sessions/\(id)")) == "session-ended")
        #expect(try code(access.send("bob", .get, "/sessions/\(id)")) == "session-not-found")
        #expect(try access.send("bob", .delete, "/sessions/\(id)").status == 404)
    }

    @Test func aKeyIsForItsPrincipalAlone() throws {
        let body = #"{"uri":"ws://127.0.0.1:4000/s"}"#
        let urls = try ["ann", "bob", "ann"].map { token in
            try access.send(token, .post, "/sessions?wait=0", body, headers: key).string("url")
        }
        #expect(urls[0] == urls[2] && urls[0] != urls[1] && urls[0] != nil)
    }

    @Test func nobodySharesASocketWithAnother() throws {
        _ = try access.session("ann", #","socket":"shared""#)
        _ = try access.session("ann", #","socket":"shared""#)
        #expect(access.harness.transport.links.count == 1)
        _ = try access.session("bob", #","socket":"shared""#)
        #expect(access.harness.transport.links.count == 2)
    }

    @Test func nobodysCallTakesAnothersClient() throws {
        let body = #"{"uri":"ws://127.0.0.1:4000/s","topic":"t","event":"e"}"#
        func call(_ token: String, ref: Int) throws {
            let pending = try access.send(token, .post, "/call", body)
            let link = try #require(access.harness.transport.links.last)
            let session = SessionHarness(harness: access.harness, id: "", link: link)
            if ref == 2 {
                link.accept()
                session.reply(1)
            }
            session.reply(ref)
            #expect(pending.status == 200, "\(pending.text)")
        }
        try call("ann", ref: 2)
        try call("ann", ref: 3)
        #expect(access.harness.transport.links.count == 1)
        try call("bob", ref: 2)
        #expect(access.harness.transport.links.count == 2)
    }

    @Test func aTokenMayBeForNamedEndpointsOnly() throws {
        let principal = Principal.test("eve", endpoints: ["chat"], mayUseURIs: false)
        let access = AccessHarness(FakeAuthenticator(principal))
        let body = #"{"uri":"ws://127.0.0.1:4000/s","topic":"t","event":"e"}"#
        for (method, path) in [(HTTPRequest.Method.post, "/sessions"), (.put, "/sessions/n")] {
            let answer = try access.send("eve", method, path, #"{"uri":"ws://127.0.0.1:4000/s"}"#)
            #expect(answer.status == 403 && code(answer) == "endpoint-not-allowed")
        }
        #expect(try code(access.send("eve", .post, "/call", body)) == "endpoint-not-allowed")
        #expect(try code(access.send("eve", .get, "/listen?uri=ws://127.0.0.1/s&topic=t")) == "endpoint-not-allowed")
        #expect(access.harness.transport.links.isEmpty)
    }
}
