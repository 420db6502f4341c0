import PhoenixChannels
import TestSupport
import Testing

/// Wrong requests against the running program: a clear problem, and nothing lost.
@Suite(.serialized, .timeLimit(.minutes(10))) struct BadInputTests {
    private struct Row: Sendable {
        let method: String
        let path: String
        let body: String?
        let status: Int
        let code: String

        init(_ method: String, _ path: String, _ body: String?, _ status: Int, _ code: String) {
            (self.method, self.path, self.body, self.status, self.code) = (method, path, body, status, code)
        }
    }

    /// `$` is the session's path.
    private static let rows = [
        Row("GET", "/sessions/local.unknown", nil, 404, "session-not-found"),
        Row("GET", "/nope", nil, 404, "not-found"), Row("GET", "$/nope", nil, 404, "not-found"),
        Row("PUT", "$/messages", nil, 405, "method-not-allowed"),
        Row("TRACE", "/livez", nil, 405, "method-not-allowed"),
        Row("POST", "$/topics/rooms:other/push", #"{"event":"e"}"#, 409, "not-joined"),
        Row("POST", "$/topics/rooms:lobby/push", "{not json", 400, "invalid-request"),
        Row("POST", "$/topics/rooms:lobby/push", "[1]", 400, "invalid-request"),
        Row("POST", "$/topics/rooms:lobby/push", #"{"event":"e","what":1}"#, 400, "invalid-request"),
        Row("POST", "$/topics/rooms:lobby/push", #"{"event":"e","payload":"\ud800"}"#, 400, "invalid-request"),
        Row("POST", "$/topics/rooms:lobby/push?event=e", "1e400", 400, "invalid-request"),
        Row("POST", "$/topics/rooms:lobby/push?event=e", "{}],[", 400, "invalid-request"),
        Row("POST", "$/topics/rooms:lobby/push?event=phx_leave", "{}", 400, "invalid-request"),
        Row("POST", "$/topics/rooms:lobby/push?wait=soon", #"{"event":"e"}"#, 400, "invalid-request"),
        Row("POST", "$/topics/rooms:lobby/push?what=1", #"{"event":"e"}"#, 400, "invalid-request"),
        Row(
            "POST", "$/topics/rooms:lobby/push?event=e", "\"\(String(repeating: "x", count: 1_100_000))\"", 413,
            "payload-too-large"),
        Row("PUT", "$/topics/rooms:private", "{}", 403, "join-rejected"),
        Row("PUT", "$/topics/nosuch:topic", "{}", 404, "unmatched-topic"),
        Row("PUT", "$/topics/rooms:lobby", #"{"params":{"x":1}}"#, 409, "join-conflict"),
        Row("PUT", "$/topics/phoenix", "{}", 400, "invalid-request"),
        Row("DELETE", "$/topics/rooms:never", nil, 404, "not-found"),
        Row("GET", "$/messages?wait=1d", nil, 400, "invalid-request"),
        Row("GET", "$/messages?match=%7B", nil, 400, "invalid-pattern"),
        Row("GET", "$/messages?after=x", nil, 400, "invalid-request"),
        Row("GET", "$/messages?after=aaaaaaaa-1", nil, 410, "cursor-expired"),
        Row("GET", "$/%00", nil, 400, "invalid-request"), Row("GET", "$/replies/aaaaaaaa-r1", nil, 404, "not-found"),
        Row("GET", "$/replies/aaaaaaaa-1", nil, 400, "invalid-request"),
        Row("GET", "$/messages?after=aaaaaaaa-r1", nil, 400, "invalid-request"),
        Row("POST", "$/await", #"{"payload":{"$gt":"1"}}"#, 400, "invalid-pattern"),
        Row("POST", "/sessions", #"{"uri":"ws://example.com/"}"#, 403, "endpoint-not-allowed"),
        Row("POST", "/sessions", #"{"uri":"ws://127.0.0.1:$PORT/nope"}"#, 502, "upstream-refused"),
        Row("POST", "/sessions", #"{"uri":"ws://127.0.0.1:$FREE/"}"#, 502, "upstream-refused"),
    ]

    @Test func eachIsToldClearlyAndLosesNothing() throws {
        let slipgate = try Slipgate("demo", "--port", "0", "--phoenix-port", "0", lines: 2)
        let port = try slipgate.port(1)
        let nobody = try RawListener(refusing: true)
        defer { withExtendedLifetime(nobody) {} }
        let client = try slipgate.client()
        let created = try client.request(
            "POST", "/sessions",
            body: #"{"uri":"ws://127.0.0.1:\#(port)/socket/websocket","topics":[{"topic":"rooms:lobby"}]}"#)
        let session = try #require(created.string("url"))
        for row in Self.rows {
            let after = try #require(try client.request("GET", "\(session)/events?after=latest").string("next"))
            let body = row.body?.replacing("$PORT", with: "\(port)").replacing("$FREE", with: "\(nobody.port)")
            let answer = try slipgate.client().request(
                row.method, row.path.replacing("$", with: session, maxReplacements: row.path.hasPrefix("$") ? 1 : 0),
                body: body)
            let words = "\(row.method) \(row.path) \(row.body?.prefix(60) ?? ""): \(answer.text)"
            #expect(answer.status == row.status, "\(words)")
            #expect(answer.string("code") == row.code, "\(words)")
            #expect(answer["Content-Type"] == "application/problem+json")
            #expect(answer.string("detail")?.isEmpty == false)
            let ping = try client.request(
                "POST", "\(session)/topics/rooms:lobby/push?wait=50s", body: #"{"event":"ping"}"#)
            #expect(ping.status == 200, "after \(words)")
            let log = try client.request(
                "GET", "\(session)/events?after=\(after)&kind=reply&kind=disconnected&kind=gap")
            #expect(log.json.member("events")?.elements().count == 1, "after \(words)")
        }
        #expect(try client.request("DELETE", session).status == 204)
        #expect(try client.request("GET", "\(session)/messages").string("code") == "session-ended")
    }

    @Test func theReasonsOfAnUpstreamAreInWords() throws {
        let slipgate = try Slipgate("demo", "--port", "0", "--phoenix-port", "0", lines: 2)
        let client = try slipgate.client()
        let refused = try client.request(
            "POST", "/sessions", body: #"{"uri":"ws://127.0.0.1:\#(try slipgate.port(1))/nope"}"#)
        #expect(refused.json.member("upstream")?.member("status")?.integer == 404)
        let nobody = try RawListener(refusing: true)
        let nothing = try client.request("POST", "/sessions", body: #"{"uri":"ws://127.0.0.1:\#(nobody.port)/"}"#)
        #expect(
            nothing.json.member("upstream")?.member("reason")?.string
                == "nothing listens at 127.0.0.1 port \(nobody.port)")
    }

    @Test func aForeignHostOrOriginIsRefused() throws {
        let slipgate = try Slipgate("serve", "--port", "0")
        let client = try slipgate.client()
        #expect(try client.request("GET", "/livez", headers: ["Origin": "http://evil.example"]).status == 403)
        #expect(try client.request("GET", "/livez", headers: ["Sec-Fetch-Site": "cross-site"]).status == 403)
        try client.socket.send("GET /livez HTTP/1.1\r\nHost: evil.example\r\n\r\n")
        #expect(try client.receive().status == 421)
        #expect(try client.request("GET", "/livez").status == 200)
    }
}
