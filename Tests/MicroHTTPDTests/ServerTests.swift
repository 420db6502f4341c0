import FoundationEssentials
import HTTPCore
import TestSupport
import Testing

@testable import MicroHTTPD

/// The server over raw bytes.
@Suite(.serialized, .timeLimit(.minutes(10))) struct ServerTests {
    @Test func requestsOnOneConnectionAreAnsweredInOrder() async throws {
        try await TestServer.with { server in
            let client = try server.client()
            let first = try client.request("GET", "/a%2Fb?x=%26&y=1+2")
            #expect(first.status == 200)
            #expect(first.text == "GET a/b x=& y=1 2\n")
            #expect(first["Cache-Control"] == "no-store")
            #expect(first["X-Request-Id"]?.count == 16)
            #expect(try client.request("POST", "/echo", body: "hello").text == "POST echo\nhello")
            #expect(try client.request("PUT", "/late").text == "late")
            let empty = try client.request("GET", "/empty")
            #expect(empty.status == 204 && empty["Cache-Control"] == "no-store" && empty["X-Request-Id"] != nil)
            let head = try client.request("HEAD", "/echo")
            #expect(head.status == 200 && head["Content-Length"] == "10")
            #expect(try client.request("DELETE", "/echo").text == "DELETE echo\n")
        }
    }

    @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
        try await TestServer.with { server in
            let client = try server.client()
            let requests = ["/1", "/late", "/2"].map { "GET \($0) HTTP/1.1\r\nHost: h\r\n\r\n" }
            try client.socket.send(requests.joined())
            #expect(try client.receive().text == "GET 1\n")
            #expect(try client.receive().text == "late")
            #expect(try client.receive().text == "GET 2\n")
        }
    }

    @Test func aBodyComesWholeInPiecesChunkedOrExpected() async throws {
        try await TestServer.with { server in
            let client = try server.client()
            try client.socket.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\n\r\nab")
            try client.socket.send("cd")
            try client.socket.send("ef")
            #expect(try client.receive().text == "POST echo\nabcdef")
            try client.socket.send(
                "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"
            )
            #expect(try client.receive().text == "POST echo\nabcde")
            try client.socket.send(
                "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n")
            try client.socket.send("3\r\nabc\r\n0\r\nX-Sum: 1\r\nContent-Length: 9\r\nHost: other\r\n\r\n")
            #expect(try client.receive().text == "POST echo\nabc")
            try client.socket.send(
                "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
            #expect(try client.receive().status == 100)
            try client.socket.send("ok")
            #expect(try client.receive().text == "POST echo\nok")
        }
    }

    @Test func anExpectationWithoutABodyIsPassedOverAndTheNextRequestNotTakenForOne() async throws {
        try await TestServer.with { server in
            for (fields, method) in [("", "GET"), ("Content-Length: 0\r\n", "POST")] {
                let client = try server.client()
                let next = "GET /next HTTP/1.1\r\nHost: h\r\n\r\n"
                try client.socket.send(
                    "\(method) /e HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n\(fields)\r\n\(next)")
                #expect(try client.receive().text == "\(method) e\n")
                #expect(try client.receive().text == "GET next\n")
            }
        }
    }

    @Test func aQueryOfManyItemsIsTakenAndNothingIsLeftBehind() async throws {
        try await TestServer.with { server in
            for count in [200, 250, 300, 500, 1_000] {
                let client = try server.client()
                let query = (0..<count).map { _ in "a" }.joined(separator: "&")
                let answer = try client.request("GET", "/e?\(query)")
                #expect(answer.text == "GET e " + (0..<count).map { _ in "a=" }.joined(separator: " ") + "\n")
                client.socket.reset()
            }
            try await until { server.openConnections == 0 }
            #expect(server.requestsInFlight == 0)
        }
    }

    @Test func whiteSpaceBehindAFieldsValueIsNoneOfIt() async throws {
        try await TestServer.with { server in
            let client = try server.client()
            try client.socket.send(
                "POST /e HTTP/1.1\r\nHost: h \r\nX-Request-Id: abc\t \r\nContent-Length: 2\r\n\r\nab")
            let answer = try client.receive()
            #expect(answer.text == "POST e\nab" && answer["X-Request-Id"] == "abc")
        }
    }

    @Test func bodiesComeWithAnyMethod() async throws {
        try await TestServer.with { server in
            let client = try server.client()
            for method in ["GET", "PUT", "PATCH", "DELETE", "FROB"] {
                #expect(try client.request(method, "/e", body: "abc").text == "\(method) e\nabc")
            }
            #expect(try client.request("OPTIONS", "/e", body: "abc")["Allow"] == "GET")
        }
    }

    @Test func aBodyIsTakenPieceByPieceByWhoeverWantsIt() async throws {
        try await TestServer.with { server in
            let client = try server.client()
            let large = String(repeating: "x", count: 2_000_000)
            #expect(try client.request("POST", "/upload", body: large).text == "2000000")
            #expect(server.upload(0).bytes == 2_000_000)
            #expect(server.upload(0).pieces > 10 && !server.upload(0).isAbandoned)
            // A bound of its own; a refusal of its own, which throws the rest away; and a client that leaves.
            #expect(try client.request("POST", "/upload", body: large + large).status == 413)
            #expect(try client.request("POST", "/upload", body: "abc!" + large).string("code") == "no-shouting")
            try client.send("POST", "/upload", headers: ["Content-Length": "10"])
            try client.socket.send("abc")
            try await until { server.upload(3).bytes == 3 }
            client.socket.reset()
            try await until { server.upload(3).isAbandoned }
            #expect(server.upload(1) == Upload.Seen(isAbandoned: true))
        }
    }

    @Test func http10EndsTheConnectionUnlessAskedToKeepIt() async throws {
        try await TestServer.with { server in
            let ends = try server.client()
            try ends.socket.send("GET /e HTTP/1.0\r\n\r\n")
            #expect(try ends.receive().text == "GET e\n")
            #expect(try ends.socket.receiveToEnd().isEmpty)
            let kept = try server.client()
            for _ in 0..<2 {
                try kept.socket.send("POST /e HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nab")
                let answer = try kept.receive()
                #expect(answer.text == "POST e\nab")
                #expect(answer["Connection"]?.lowercased() == "keep-alive")
            }
            // HTTP/1.0 knows no 100: the expectation is passed over.
            try kept.socket.send("POST /e HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nab")
            #expect(try kept.receive().text == "POST e\nab")
        }
    }

    @Test func closeIsHeeded() async throws {
        try await TestServer.with { server in
            let client = try server.client()
            #expect(try client.request("GET", "/late", headers: ["Connection": "close"])["Connection"] == "close")
            #expect(try client.socket.receiveToEnd().isEmpty)
        }
    }

    @Test func aClientsOwnRequestIDIsKeptWhenItIsFit() async throws {
        try await TestServer.with { server in
            let client = try server.client()
            #expect(
                try client.request("GET", "/", headers: ["X-Request-Id": "abc-1.2_X"])["X-Request-Id"] == "abc-1.2_X")
            let unfit = try client.request("GET", "/", headers: ["X-Request-Id": "a b\"c"])["X-Request-Id"]
            #expect(unfit != nil && unfit != "a b\"c")
        }
    }

    @Test func eachRequestHasAnIDOfItsOwn() async throws {
        try await TestServer.with { server in
            let client = try server.client()
            let ids = try (0..<100).map { _ in try client.request("GET", "/")["X-Request-Id"] ?? "" }
            #expect(Set(ids).count == 100)
            #expect(ids.allSatisfy { $0.count == 16 && $0.allSatisfy { $0.isHexDigit && !$0.isUppercase } })
        }
    }

    /// How many of this process's sockets have that port on their own side: a server's listener and its connections.
    private func sockets(at port: Int) throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap { Int32($0) }
            .count { ListenAddress.port(of: $0) == port }
    }

    @Test func descriptorsAreGivenBack() async throws {
        try await TestServer.with { server in
            for _ in 0..<100 {
                let client = try server.client()
                try client.send("GET", "/hold")
                client.socket.reset()
            }
            for _ in 0..<100 { _ = try server.client().request("GET", "/late") }
            // Closing is the workers' business: it is done soon, if at all.
            try await until { try sockets(at: server.port) == 1 }
        }
    }

    @Test func aPortThatIsTakenIsAnError() async throws {
        let listener = try RawListener()
        #expect(throws: ServerError.self) { try TestServer { $0.port = UInt16(listener.port) } }
        #expect(throws: ServerError.self) {
            try TestServer { $0.host = "localhost" }
        }
    }
}
