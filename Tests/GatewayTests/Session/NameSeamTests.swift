import Gateway
import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// api.md, "Model": a name works wherever an id does, and what was its earlier session's is no other's.
@Suite struct NameSeamTests {
    private let harness = GatewayHarness()
    private let spec = #"{"uri":"ws://127.0.0.1:4000/s","topics":[{"topic":"t"}]}"#

    /// The session `n` with its topic joined, made for the first time or again.
    private func made(_ harness: GatewayHarness) throws -> SessionHarness {
        try harness.namedSession("n", spec)
    }

    private func made() throws -> SessionHarness { try made(harness) }

    private func id(_ session: SessionHarness) throws -> String {
        try #require(try session.send(.get, "").string("id"))
    }

    // MARK: Every route

    private static let bodies = [
        "POST /sessions/{id}/topics/{topic}/push": #"{"event":"e"}"#,
        "POST /sessions/{id}/push": #"{"topic":"t","event":"e"}"#,
        "POST /sessions/{id}/join": #"{"topic":"t"}"#, "POST /sessions/{id}/leave": #"{"topic":"t"}"#,
        "POST /sessions/{id}/await": #"{"event":"presence_state"}"#, "PATCH /sessions/{id}": "{}",
    ]

    /// Sends what the route takes to a session that has had a message and a reply.
    private func send(_ route: Router.Route, to session: SessionHarness, as name: String, _ ref: String) throws
        -> GatewayHarness.Pending
    {
        var path = route.template.replacing("{id}", with: name).replacing("{topic}", with: "t")
            .replacing("{ref}", with: ref)
        if path.hasSuffix("/presence"), !path.contains("/topics/") { path += "?topic=t" }
        if route.method == .delete, path.hasSuffix("/messages") { path += "?through=\(try session.latest())" }
        return try session.harness.send(
            route.method, path, Self.bodies["\(route.method.rawValue) \(route.template)"] ?? "")
    }

    private func active() throws -> (session: SessionHarness, ref: String) {
        let session = try made(GatewayHarness())
        session.receive(#"["1",null,"t","presence_state",{"ann":{"metas":[{"phx_ref":"a"}]}}]"#)
        let ref = try #require(try session.send(.post, "/topics/t/push", #"{"event":"e"}"#).string("ref"))
        session.reply(2)
        _ = session.link.sent()
        return (session, ref)
    }

    @Test func aNameWorksOnEveryRouteThatTakesAnId() throws {
        let routes = harness.gateway.router.routes.filter {
            $0.template.contains("{id}") && !($0.method == .put && $0.template == "/sessions/{id}")
        }
        #expect(routes.count > 20)
        for route in routes {
            let (session, ref) = try active()
            let byID = try send(route, to: session, as: try id(session), ref)
            // What does something is done to another session.
            let (other, otherRef) = route.method == .get ? (session, ref) : try active()
            let byName = try send(route, to: other, as: "n", otherRef)
            let words = "\(route.method) \(route.template): \(byID.text)"
            #expect(byID.status == byName.status && [nil, 200, 201, 202, 204].contains(byID.status), "\(words)")
            if route.method == .get { #expect(byID.text == byName.text, "\(words)") }
            if byID.isWaiting { #expect(session.link.sentTexts() == other.link.sentTexts(), "\(words)") }
        }
    }

    // MARK: A gateway that takes no more

    @Test func aNameIsRefusedWhereAnIdIs() throws {
        let harness = GatewayHarness { $0.maxSessions = 1 }
        let session = try made(harness)
        for (method, path) in [(HTTPRequest.Method.put, "/sessions/other"), (.post, "/sessions")] {
            let refused = try harness.send(method, path, spec)
            #expect(refused.status == 503 && refused.string("code") == "capacity", "\(path)")
            #expect(refused.headers[.retryAfter] == "5")
        }
        #expect(try harness.send(.put, "/sessions/n", spec).status == 200)
        #expect(harness.transport.links.count == 1)
        #expect(try session.send(.delete, "").status == 204)
        #expect(try harness.send(.put, "/sessions/other?wait=0", spec).status == 202)
    }

    @Test func atDrainANameIsRefused() throws {
        _ = try made()
        harness.gateway.drain()
        for name in ["n", "other"] {
            let refused = try harness.send(.put, "/sessions/\(name)", spec)
            #expect(refused.status == 503 && refused.string("code") == "draining", "\(name)")
        }
        #expect(harness.transport.links.count == 1 && harness.gateway.sessionCount == 0)
    }

    @Test func whereTheLogsAreFullANameIsRefusedAndAStandingOneIsThere() throws {
        let harness = GatewayHarness { $0.maxLogBytes = 100_000 }
        let session = try made(harness)
        let payload = String(repeating: "x", count: 1_000)
        // So much that the waiting thread has to make room, and hasn't come to it yet.
        let frame = Frame.text(Array(#"["1",null,"t","e","\#(payload)"]"#.utf8))
        session.link.handler.transportReceived([Frame](repeating: frame, count: 100))
        for (name, status) in [("other", 503), ("n", 200)] {
            let request = Request(
                id: "r", method: .put, target: try RequestTarget(Array("/sessions/\(name)".utf8)),
                headers: [.testHost: "localhost"], body: Array(spec.utf8))
            let answer = GatewayHarness.Pending(harness.gateway.respond(to: request))
            #expect(answer.status == status, "\(name): \(answer.text)")
            #expect(answer.string("code") == (status == 503 ? "capacity" : nil))
        }
        #expect(harness.transport.links.count == 1)
    }

    // MARK: A name's earlier session

    @Test func aCursorOfANamesEarlierSessionIs410() throws {
        let session = try made()
        session.push("old")
        let cursor = try session.latest()
        #expect(try session.send(.delete, "").status == 204)
        let again = try made()
        for path in ["/messages", "/events", "/topics/t/messages"] {
            let read = try again.send(.get, "\(path)?after=\(cursor)")
            #expect(read.status == 410 && read.string("code") == "cursor-expired", "\(path)")
        }
        #expect(try again.send(.post, "/await", #"{"after":"\#(cursor)"}"#).status == 410)
        #expect(try again.send(.delete, "/messages?through=\(cursor)").status == 410)
        again.push("new")
        let stream = try StreamHarness(again, "/messages", accept: "text/event-stream", lastEventID: cursor)
        let text = stream.received()
        #expect(text.contains(#""reason":"epoch""#) && text.contains(#""event":"new""#) && !text.contains("old"))
    }

    @Test func aRefOfANamesEarlierSessionIsNoneOfTheNext() throws {
        let session = try made()
        let ref = try #require(try session.send(.post, "/topics/t/push", #"{"event":"e"}"#).string("ref"))
        #expect(try session.send(.delete, "").status == 204)
        let again = try made()
        let other = try #require(try again.send(.post, "/topics/t/push", #"{"event":"e"}"#).string("ref"))
        again.reply(2)
        #expect(other != ref)
        #expect(try again.send(.get, "/replies/\(other)").status == 200)
        #expect(try again.send(.get, "/replies/\(ref)?wait=5s").status == 404)
    }

    private let key: HTTPFields = [.testIdempotencyKey: "k"]

    private func push(_ session: SessionHarness, as name: String = "n") throws -> GatewayHarness.Pending {
        try session.harness.send(
            .post, "/sessions/\(name)/topics/t/push?wait=5s", #"{"event":"e"}"#, headers: key)
    }

    @Test func aKeyEndsWithItsSessionThoughTheNameStays() throws {
        let session = try made()
        let first = try push(session)
        session.reply(2)
        #expect(first.status == 200)
        #expect(try session.send(.delete, "").status == 204)
        let again = try made()
        let second = try push(again)
        #expect(second.isWaiting && again.link.sentTexts() == [#"["1","2","t","e",{}]"#])
        again.reply(2)
        #expect(second.status == 200 && second.string("ref") != first.string("ref"))
    }

    @Test func aKeyIsTheSameByNameAndById() throws {
        let session = try made()
        let id = try id(session)
        let first = try push(session)
        let second = try push(session, as: id)
        session.reply(2)
        let third = try push(session, as: id)
        #expect([first, second, third].map(\.status) == [200, 200, 200])
        #expect(first.text == second.text && first.text == third.text)
        #expect(session.link.sent().count == 1)
    }
}
