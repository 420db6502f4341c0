import Gateway
import HTTPCore
import HTTPTypes
import Testing

/// `Accept`, as "Messages and events" has the three reads heed it (RFC 9110 section 12.5.1).
@Suite struct ReadFormatTests {
    private func format(_ accept: String...) throws -> ReadFormat {
        var headers: HTTPFields = [:]
        headers[values: .accept] = accept
        return try ReadFormat(
            Request(id: "r", method: .get, target: RequestTarget(Array("/".utf8)), headers: headers))
    }

    @Test(arguments: [
        ("application/json", ReadFormat.json), ("text/event-stream", .eventStream), ("application/x-ndjson", .lines),
        ("*/*", .json), ("application/*", .json), ("text/*", .eventStream), ("", .json), (" , ", .json),
        ("TEXT/Event-Stream", .eventStream), ("text/event-stream;charset=utf-8", .eventStream),
        ("text/html, */*;q=0.1", .json), ("text/event-stream, */*", .eventStream),
        ("*/*, application/x-ndjson", .lines), ("application/x-ndjson, application/json", .lines),
        ("application/json, text/event-stream", .json), ("text/event-stream, application/json", .eventStream),
        ("text/event-stream;q=0.5, application/x-ndjson;q=0.75", .lines), ("application/json;q=0, */*", .eventStream),
        ("application/json; q=0.001 , text/event-stream ; Q=0", .json), ("*/*;q=1.000", .json),
        (#"text/x;a=",text/event-stream,", application/x-ndjson"#, .lines),
        (#"text/x;a="\",", application/x-ndjson"#, .lines), ("nonsense, text/event-stream", .eventStream),
        ("text/event-stream;q=2, application/x-ndjson;q=0.1", .lines),
    ])
    func theMostWantedIsTaken(_ accept: String, _ expected: ReadFormat) throws {
        #expect(try format(accept) == expected)
    }

    @Test func severalHeadersAreOneList() throws {
        #expect(try format("text/html", "application/x-ndjson;q=0.2", "text/event-stream;q=0.1") == .lines)
    }

    @Test(arguments: [
        "text/html", "json", "application/json;q=0", "*/json", "application/", "/", "*/*;q=0", "application/json;q=x",
        "application/json;q=0.0001", "application/octet-stream", "application/jsonl",
    ])
    func whatIsNotThereIs406(_ accept: String) throws {
        let problem = #expect(throws: Problem.self) { try format(accept) }
        #expect(problem?.status == .notAcceptable && problem?.code == "not-acceptable")
        #expect(problem?.detail.contains("text/event-stream") == true)
    }
}
