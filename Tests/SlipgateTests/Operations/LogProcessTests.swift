import Foundation
import TestSupport
import Testing

/// What a gateway writes to standard error, and that it never waits for that.
@Suite(.timeLimit(.minutes(10))) struct LogProcessTests {
    /// Its last part is for the last lines.
    private static let patience = ["--drain-timeout", "10m"]

    @Test func theAccessLogHasAnObjectALineAndNothingSecret() throws {
        let demo = try Slipgate(
            ["demo", "--port", "0", "--phoenix-port", "0", "--log-format", "json", "--access-log", "true"]
                + Self.patience, lines: 2)
        let client = try demo.client()
        let uri = "ws://127.0.0.1:\(try demo.port(1))/socket/websocket?token=s3cret"
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
        let session = try client.request(
            "POST", "/sessions",
            headers: ["X-Request-Id": "mine", "traceparent": "00-\(trace)-00f067aa0ba902b7-01"],
            body: #"{"uri":"\#(uri)"}"#)
        let url = try #require(session.string("url"))
        let id = try #require(session.string("id"))
        _ = try client.request("PUT", "\(url)/topics/rooms:lobby?wait=40s")
        _ = try client.request("GET", "\(url)/messages?event=s3cret", headers: ["Authorization": "Bearer s3cret"])
        _ = try client.request("GET", "/livez")
        demo.signal(SIGTERM)
        let text = demo.waitForErrors()
        #expect(!text.contains("s3cret") && !text.contains("rooms:lobby") && !text.contains(id), "\(text)")
        let records = try Self.records(text).filter { $0["logger"] as? String == "slipgate.access" }
        #expect(
            records.map { $0["route"] as? String } == [
                "/sessions", "/sessions/{id}/topics/{topic}", "/sessions/{id}/messages",
            ])
        #expect(records.allSatisfy { $0["message"] as? String == "Request" && $0["level"] as? String == "notice" })
        #expect(records[0]["request_id"] as? String == "mine" && records[0]["trace_id"] as? String == trace)
        #expect(records.map { $0["status"] as? Int } == [201, 201, 200])
        #expect(
            records.allSatisfy { $0["session"] as? String == String(id.prefix(while: { $0 != "." })) + "." + shown(id) }
        )
        #expect((records[0]["wait"] as? Double ?? 0) > 0 && (records[2]["wait"] as? Double) == 0)
        #expect(records.allSatisfy { ($0["time"] as? String)?.hasSuffix("Z") == true })
    }

    /// The lines as what they say.
    static func records(_ text: String) throws -> [[String: Any]] {
        try text.split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any], "\($0)")
        }
    }

    /// The six characters behind the node.
    private func shown(_ id: String) -> Substring { id.split(separator: ".")[1].prefix(6) }

    /// The count of lines that were not written.
    private func dropped(_ client: HTTPTestClient) throws -> Int {
        let text = try client.request("GET", "/metrics").text
        let line = text.split(separator: "\n").first { $0.hasPrefix("slipgate_stderr_dropped_lines_total ") }
        return line.flatMap { Int($0.split(separator: " ")[1]) } ?? 0
    }

    @Test func aStandardErrorThatIsFullStopsNothingAndIsCounted() async throws {
        let gateway = try Slipgate("serve", "--port", "0", "--access-log", "true", errorsTo: "/dev/full")
        let client = try gateway.client()
        for _ in 0..<20 { #expect(try client.request("GET", "/sessions").status == 200) }
        try await until { try dropped(client) >= 20 }
        gateway.signal(SIGTERM)
        #expect(gateway.waitForExit() == 0)
    }

    @Test func aStandardErrorThatNobodyReadsStopsNothingAndIsCounted() async throws {
        let gateway = try Slipgate("serve", "--port", "0", "--access-log", "true")
        // More than the pipe and the buffer hold.
        try await until {
            let client = try gateway.client()
            for _ in 0..<500 { #expect(try client.request("GET", "/sessions").status == 200) }
            return try dropped(client) > 0
        }
        gateway.signal(SIGTERM)
        #expect(gateway.waitForExit() == 0)
    }

    @Test func textIsTheDefaultAndWithoutAnAccessLogNothingIsSaidOfRequests() throws {
        let usual = try Slipgate(["serve", "--port", "0"] + Self.patience)
        _ = try usual.client().request("GET", "/sessions")
        usual.signal(SIGTERM)
        let lines = usual.waitForErrors().split(separator: "\n").map { line in
            line.split(separator: " ").dropFirst().prefix(3).joined(separator: " ")
        }
        let life = ["Starting", "Listening", "Draining", "Stopped"]
        #expect(lines == life.map { "notice slipgate: \($0)" })
        let quiet = try Slipgate(["serve", "--port", "0", "--log-level", "warning"] + Self.patience)
        _ = try quiet.client().request("GET", "/sessions")
        quiet.signal(SIGTERM)
        #expect(quiet.waitForErrors() == "")
        let text = try Slipgate(
            ["serve", "--port", "0", "--access-log", "true", "--log-level", "error"] + Self.patience)
        _ = try text.client().request("GET", "/nope?x=s3cret", headers: ["X-Request-Id": "mine"])
        text.signal(SIGTERM)
        let line = text.waitForErrors()
        #expect(
            line.contains(" notice slipgate.access: Request bytes=") && line.contains(" request_id=mine route=none "))
        #expect(!line.contains("s3cret"))
    }
}
