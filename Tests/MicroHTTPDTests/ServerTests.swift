import HTTPCore
import MicroHTTPD
import TestSupport
import Testing

/// The server over raw bytes.
@Suite(.serialized, .timeLimit(.minutes(1))) struct ServerTests {
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
            #expect(try client.request("GET", "/empty").status == 204)
            let head = try client.request("HEAD", "/echo")
            #expect(head.status == 200 && head["Content-Length"] == "10")
            #expect(try client.request("DELETE", "/echo").text == "DELETE echo\n")
        }
    }

    @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
        try await TestServer.with { server in
            let client = try server.client()
            for target in ["/1", "/late", "/2"] { try client.send("GET", target) }
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
                "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
            #expect(try client.receive().status == 100)
            try client.socket.send("ok")
            #expect(try client.receive().text == "POST echo\nok")
        }
    }

    @Test func aBodyOverTheLimitIs413HoweverItComes() async throws {
        try await TestServer.with { server in
            let large = String(repeating: "x", count: 1_001)
            let declared = try server.client()
            let answer = try declared.request("POST", "/echo", body: large)
            #expect(answer.status == 413)
            #expect(answer.string("code") == "payload-too-large")
            let chunked = try server.client()
            try chunked.socket.send("POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
            try chunked.socket.send("3e9\r\n\(large)\r\n0\r\n\r\n")
            #expect(try chunked.receive().status == 413)
            #expect(try chunked.socket.receiveToEnd().isEmpty)
            let huge = try server.client()
            try huge.socket.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999\r\n\r\n")
            #expect([400, 413].contains(try huge.receive().status))
            let whole = try server.client()
            #expect(try whole.request("POST", "/echo", body: String(large.dropLast())).status == 200)
        }
    }

    @Test(arguments: [
        ("POST /e HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        ("POST /e HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc", 400),
        ("POST /e HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n", 400),
        ("GET /e HTTP/1.1\r\n\r\n", 400), ("GET /e HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        ("GET /a%00b HTTP/1.1\r\nHost: h\r\n\r\n", 400), ("GET /a%zz HTTP/1.1\r\nHost: h\r\n\r\n", 400),
        ("GET http://h/a HTTP/1.1\r\nHost: h\r\n\r\n", 400), ("GET * HTTP/1.1\r\nHost: h\r\n\r\n", 400),
        ("POST /e HTTP/1.1\r\nHost: h\r\nExpect: a-miracle\r\nContent-Length: 1\r\n\r\n", 417),
    ])
    func whatCannotBeTrustedIsRefusedAndTheConnectionClosed(_ bytes: String, _ status: Int) async throws {
        try await TestServer.with { server in
            let client = try server.client()
            try client.socket.send(bytes)
            let answer = try client.receive()
            #expect(answer.status == status)
            #expect(answer["Content-Type"] == "application/problem+json")
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

    @Test func aHeldRequestIsAnsweredFromAnyThread() async throws {
        try await TestServer.with { server in
            let clients = try (0..<50).map { _ in try server.client() }
            for client in clients { try client.send("GET", "/hold") }
            try await server.waitUntilHeld(50)
            #expect(server.requestsInFlight == 50)
            for (index, promise) in server.promises.enumerated() {
                promise.fulfill(.text("\(index)"))
            }
            let answers = try clients.map { try $0.receive().text }
            #expect(Set(answers) == Set((0..<50).map(String.init)))
            #expect(try clients[0].request("GET", "/late").text == "late")
            #expect(server.abandoned == 0)
        }
    }

    @Test func aClientThatLeavesWhileItWaitsIsNoticed() async throws {
        try await TestServer.with { server in
            let stays = try server.client()
            try stays.send("GET", "/hold")
            try await server.waitUntilHeld(1)
            for reset in [false, true] {
                let leaves = try server.client()
                try leaves.send("GET", "/hold")
                try await server.waitUntilHeld(reset ? 3 : 2)
                if reset { leaves.socket.reset() } else { leaves.socket.finish() }
            }
            try await until { server.abandoned >= 2 }
            try await until { server.requestsInFlight <= 1 }
            let promises = server.promises
            #expect(!promises[1].fulfill(.text("late")))
            #expect(promises[0].fulfill(.text("still here")))
            #expect(try stays.receive().text == "still here")
        }
    }

    @Test func descriptorsAreGivenBack() async throws {
        try await TestServer.with { server in
            func descriptors() throws -> Int { try OpenDescriptors.count() }
            _ = try server.client().request("GET", "/late")
            try await until { server.requestsInFlight <= 0 }
            let before = try descriptors()
            for _ in 0..<100 {
                let client = try server.client()
                try client.send("GET", "/hold")
                client.socket.reset()
            }
            for _ in 0..<100 { _ = try server.client().request("GET", "/late") }
            try await until { server.requestsInFlight <= 0 }
            // Closing is the workers' business: it is done soon, if at all.
            try await until { try descriptors() <= before + 2 }
        }
    }

    @Test func stoppingAnswersWhoeverWaits() async throws {
        let server = try TestServer()
        let clients = try (0..<200).map { _ in try server.client() }
        for client in clients { try client.send("GET", "/hold") }
        try await server.waitUntilHeld(200)
        await server.stop(grace: .milliseconds(20))
        for client in clients {
            let answer = try client.receive()
            #expect(answer.status == 503)
            #expect(answer.string("code") == "draining")
        }
        await server.stop()
        #expect(throws: RawSocket.Failure.self) { try server.client().request("GET", "/") }
    }

    @Test func stoppingWaitsForAnswersOnTheirWay() async throws {
        let server = try TestServer()
        let client = try server.client()
        try client.send("GET", "/hold")
        try await server.waitUntilHeld(1)
        async let stopped: Void = server.stop(grace: .seconds(30))
        server.promises[0].fulfill(.text("in time"))
        await stopped
        #expect(try client.receive().text == "in time")
    }

    @Test func aPortThatIsTakenIsAnError() async throws {
        let listener = try RawListener()
        #expect(throws: ServerError.self) { try TestServer { $0.port = UInt16(listener.port) } }
        #expect(throws: ServerError.self) {
            try TestServer { $0.host = "localhost" }
        }
    }
}
