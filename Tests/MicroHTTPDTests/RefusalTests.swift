import FoundationEssentials
import HTTPCore
import MicroHTTPD
import TestSupport
import Testing

/// What is refused, as the table in the target's documentation has it: each row is sent as bytes.
@Suite(.timeLimit(.minutes(10))) struct RefusalTests {
    /// A row of the table: what comes, and what becomes of it.
    struct Row: Sendable, CustomStringConvertible {
        let request: String
        let status: Int
        let isProblem: Bool
        let isClosed: Bool

        var description: String { request }
    }

    private static let documentation = #filePath.replacing(
        "Tests/MicroHTTPDTests/RefusalTests.swift", with: "Sources/MicroHTTPD/MicroHTTPD.docc/MicroHTTPD.md")

    static let rows: [Row] = {
        let text = (try? String(contentsOfFile: documentation, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap { line in
            let cells = line.split(separator: "|").map { String($0.dropFirst().dropLast()) }
            guard line.hasPrefix("|"), cells.count == 4, let status = Int(cells[1]) else { return nil }
            return Row(
                request: cells[0], status: status, isProblem: cells[2] == "problem", isClosed: cells[3] == "closed")
        }
    }()

    private static func get(_ target: String, _ fields: String = "") -> String {
        "GET \(target) HTTP/1.1\r\nHost: h\r\n\(fields)\r\n"
    }

    private static func post(_ fields: String, _ body: String = "", version: String = "HTTP/1.1") -> String {
        "POST /e \(version)\r\nHost: h\r\n\(fields)\r\n\(body)"
    }

    /// What is sent for each row; the server's head may have 1,000 bytes, its body as many, and 8,000 are discarded.
    private static let bytes: [String: String] = [
        "Transfer-Encoding and Content-Length": post(
            "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
        "two Content-Lengths": post("Content-Length: 2\r\nContent-Length: 3\r\n", "abc"),
        "two equal Content-Lengths": post("Content-Length: 2\r\nContent-Length: 2\r\n", "ab"),
        "Content-Length with a sign": post("Content-Length: +2\r\n", "ab"),
        "Content-Length that is no number": post("Content-Length: two\r\n", "ab"),
        "Content-Length beyond 64 bits": post("Content-Length: 99999999999999999999\r\n"),
        "Transfer-Encoding other than chunked": post("Transfer-Encoding: gzip\r\n"),
        "Transfer-Encoding with chunked last": post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"),
        "two Transfer-Encodings": post(
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
        "Transfer-Encoding in HTTP/1.0": post("Transfer-Encoding: chunked\r\n", "0\r\n\r\n", version: "HTTP/1.0"),
        "chunk size that is no number": post("Transfer-Encoding: chunked\r\n", "zz\r\n"),
        "no Host in HTTP/1.1": "GET /e HTTP/1.1\r\n\r\n",
        "two Hosts": "GET /e HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "NUL byte in the method": "GET\0T /e HTTP/1.1\r\nHost: h\r\n\r\n",
        "NUL byte in a field": post("Transfer-Encoding: chunked\0x\r\n", "0\r\n\r\n"),
        "NUL byte ahead of a field": get("/e", "\0X: a\r\n"),
        "field without a name": get("/e", ": a\r\n"),
        "two spaces ahead of the target": "GET  /e HTTP/1.1\r\nHost: h\r\n\r\n",
        "NUL byte in the target": get("/a\0b"),
        "control byte in the target": get("/a\u{1}b"),
        "space in the target": get("/a b"),
        "%00 in the target": get("/a%00b"),
        "% without two digits in the target": get("/a%4"),
        "target that isn't UTF-8": get("/a%FF"),
        "absolute-form target": get("http://h/a"),
        "asterisk target": "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n",
        "method that is no token": "G@T /get HTTP/1.1\r\nHost: h\r\n\r\n",
        "unknown method": "FROB /get HTTP/1.1\r\nHost: h\r\n\r\n",
        "TRACE": "TRACE /get HTTP/1.1\r\nHost: h\r\n\r\n",
        "request line without a version": "GET /e\r\n\r\n",
        "HTTP/2.0": "GET /e HTTP/2.0\r\nHost: h\r\n\r\n",
        "version that is none": "GET /e HTTQ/1.1\r\nHost: h\r\n\r\n",
        "space before a colon": "GET /e HTTP/1.1\r\nHost : h\r\n\r\n",
        "field that goes on in the next line": "POST /e HTTP/1.1\r\nHost: h\r\nContent-Length:\r\n 44\r\n\r\n",
        "field that goes on in the next line, with a value": get("/e", "X: a\r\n b\r\n"),
        "very many fields": get("/e", String(repeating: "a:\r\n", count: 240)),
        "CR in a field": get("/e", "X: a\rb\r\n"),
        "control byte in a field": get("/e", "X: a\u{1}b\r\n"),
        "line without a colon": get("/e", "nonsense\r\n"),
        "Expect other than 100-continue": post("Expect: a-miracle\r\nContent-Length: 1\r\n"),
        "head over the limit": get("/e", "X: \(String(repeating: "x", count: 1_100))\r\n"),
        "head over twice the limit": get("/e", "X: \(String(repeating: "x", count: 9_000))\r\n"),
        "target over twice the limit": get("/\(String(repeating: "x", count: 9_000))"),
        "declared body over the limit": post("Content-Length: 1001\r\n", String(repeating: "x", count: 1_001)),
        "declared body far over the limit": post("Content-Length: 9000\r\n"),
        "awaited body over the limit": post("Expect: 100-continue\r\nContent-Length: 1001\r\n"),
        "chunked body over the limit": post(
            "Transfer-Encoding: chunked\r\n", "3e9\r\n\(String(repeating: "x", count: 1_001))\r\n0\r\n\r\n"),
        "CONNECT": "CONNECT h:443 HTTP/1.1\r\nHost: h\r\n\r\n",
        "head that takes too long": "GET /e HTTP/1.1\r\nHost: h\r\nX: ",
        "body that takes too long": post("Content-Length: 5\r\n", "abc"),
    ]

    @Test func theTableAndTheTestsHaveTheSameRows() {
        #expect(Set(Self.rows.map(\.request)) == Set(Self.bytes.keys))
        #expect(Self.rows.count == Self.bytes.count)
    }

    @Test(arguments: rows) func isRefusedAsTheTableSays(_ row: Row) async throws {
        let bytes = try #require(Self.bytes[row.request])
        try await TestServer.with {
            $0.maxHeadBytes = 1_000
            $0.maxDiscardedBytes = 8_000
            if row.status == 408 {
                ($0.headTime, $0.bodyTime) = (.seconds(5), .seconds(5))
                $0.sweepInterval = .milliseconds(20)
            }
        } _: { server in
            let client = try server.client()
            try client.socket.send(bytes)
            let answer = try client.receive()
            #expect(answer.status == row.status)
            if row.isProblem {
                #expect(answer["Content-Type"] == "application/problem+json")
                #expect(answer["X-Request-Id"] != nil && answer.string("instance") == answer["X-Request-Id"])
                #expect(answer["Cache-Control"] == "no-store")
                #expect(answer.string("code") == "expectation-failed" || row.status != 417)
                #expect(answer["Allow"] != nil || row.status != 405)
            } else {
                #expect(answer["Content-Type"] == nil)
            }
            if row.isClosed {
                let rest = String(decoding: try client.socket.receiveToEnd(), as: UTF8.self)
                // libmicrohttpd's header block may come twice; never a second answer.
                #expect(!rest.contains("200 OK") && !rest.contains("{"))
            } else {
                #expect(answer["Connection"] == nil)
                #expect(try client.request("GET", "/next").text == "GET next\n")
            }
        }
    }

    @Test func whatFollowsAnUntrustedRequestIsNotTakenForAnother() async throws {
        try await TestServer.with { server in
            for framing in [
                "Content-Length: 5\r\nTransfer-Encoding: chunked", "Content-Length: 0\r\nContent-Length: 5",
            ] {
                let client = try server.client()
                try client.socket.send(
                    "POST /e HTTP/1.1\r\nHost: h\r\n\(framing)\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\nHost: h\r\n\r\n")
                #expect(try client.receive().status == 400)
                #expect(try client.socket.receiveToEnd().isEmpty)
            }
        }
    }

    @Test func aRefusedChunkedBodyWithoutEndIsCutOff() async throws {
        try await TestServer.with {
            $0.maxDiscardedBytes = 8_000
        } _: { server in
            let client = try server.client()
            try client.socket.send("POST /e HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
            let chunk = "3e8\r\n\(String(repeating: "x", count: 1_000))\r\n"
            for _ in 0..<100 where (try? client.socket.send(chunk)) == nil { break }
            #expect(throws: RawSocket.Failure.self) { try client.receive() }
            try await until { server.openConnections == 0 }
        }
    }
}
