import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// Sessions with `"socket":"shared"`, and the Phoenix servers behind their sockets.
struct SharedHarness {
    let harness = GatewayHarness()

    var links: [ScriptedLink] { harness.transport.links }

    /// Has what was put off be done: events of a command come out of the event loop.
    func settle() {
        harness.transport.advance()
        harness.time.run()
    }

    /// A session that shares its socket, which is accepted if nobody has it yet.
    func session(_ members: String = "") throws -> SessionHarness {
        let pending = try harness.send(
            .post, "/sessions", #"{"uri":"ws://127.0.0.1:4000/socket/websocket","socket":"shared"\#(members)}"#)
        settle()
        if pending.isWaiting { links.last?.accept() }
        settle()
        let id = try #require(pending.string("id"), "\(pending.text)")
        return SessionHarness(harness: harness, id: id, link: try #require(links.last))
    }

    /// The same session, with the server of the last socket that was asked for.
    func server(_ session: SessionHarness) throws -> SessionHarness {
        SessionHarness(harness: harness, id: session.id, link: try #require(links.last))
    }

    func send(
        _ session: SessionHarness, _ method: HTTPRequest.Method, _ path: String, _ body: String = ""
    ) throws -> GatewayHarness.Pending {
        defer { settle() }
        return try session.send(method, path, body)
    }

    func events(_ session: SessionHarness) throws -> [String] {
        settle()
        return try session.send(.get, "/events").json.member("events")?.elements().map { entry in
            ["kind", "topic", "event", "reason", "cause"].compactMap { entry.member($0)?.string }
                .filter { !$0.isEmpty }.joined(separator: " ")
        } ?? []
    }

    /// Two sessions that have joined `t`, on one socket.
    func pair(_ members: String = "") throws -> (SessionHarness, SessionHarness) {
        let (first, second) = (try session(members), try session(members))
        let joined = try send(first, .put, "/topics/t", #"{"params":{"n":1}}"#)
        first.reply(1, #"{"r":1}"#)
        #expect(joined.status == 201)
        #expect(try send(second, .put, "/topics/t", #"{"params":{"n":1}}"#).status == 201)
        _ = first.link.sent()
        return (first, second)
    }
}
