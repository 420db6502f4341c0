import HTTPCore
import HTTPTypes
import MicroHTTPD
import TestSupport
import Testing

/// What is told of each request once it is over.
@Suite(.serialized, .timeLimit(.minutes(10))) struct ObserverTests {
    /// The only record, once it is there.
    private static func record(_ server: TestServer) async throws -> RequestRecord {
        try await until { !server.observer.all.isEmpty && server.requestsInFlight == 0 }
        #expect(server.observer.all.count == 1)
        return server.observer.all[0]
    }

    @Test func anAnswerAtOnceIsToldWithItsIDMethodStatusAndBytes() async throws {
        try await TestServer.with { server in
            let answer = try server.client().request(
                "POST", "/a%2Fb?x=1", headers: ["X-Request-Id": "mine"], body: "hello")
            let record = try await Self.record(server)
            #expect(record.requestID == "mine" && record.method == .post && record.status == .ok)
            #expect(record.client == "127.0.0.1")
            #expect(record.target == Array("/a%2Fb?x=1".utf8) && record.requestHeaders[.requestID] == "mine")
            #expect(record.bodyBytes == answer.body.count && record.responseHeaders[.contentType] != nil)
            #expect(record.wait == .zero && record.work > .zero && record.work <= record.duration)
        }
    }

    /// Whether the server has refused it or libmicrohttpd, and whether its head was ever whole.
    @Test(arguments: [
        ("GET /e HTTP/1.1\r\nHost: h\r\nX: ", 408), ("GET /e HTTP/1.1\r\nHost: h\r\nExpect: x\r\n\r\n", 417),
        ("GET /e HTTP/1.1\r\n\r\n", 400), ("GET /e HTTP/1.1\r\nHost: h\r\nX: a\rb\r\n\r\n", 400),
        ("GET /e HTTP/1.1\r\nHost: h\r\nX: \(String(repeating: "x", count: 1_100))\r\n\r\n", 431),
        ("GET /e HTTP/1.1\r\nHost: h\r\nX: \(String(repeating: "x", count: 9_000))\r\n\r\n", 431),
    ])
    func whatTheServerRefusesIsToldWithItsClient(_ bytes: String, _ status: Int) async throws {
        try await TestServer.with {
            $0.maxHeadBytes = 1_000
            if status == 408 { ($0.headTime, $0.sweepInterval) = (.seconds(5), .milliseconds(20)) }
        } _: { server in
            let client = try server.client()
            try client.socket.send(bytes)
            #expect(try client.receive().status == status)
            let record = try await Self.record(server)
            #expect(record.client == "127.0.0.1")
        }
    }

    @Test func aWaitIsNoWork() async throws {
        try await TestServer.with { server in
            let client = try server.client()
            try client.send("GET", "/hold")
            try await server.waitUntilHeld(1)
            try await until { server.waiting.requests == 1 }
            // Long beside what answering takes.
            let held = ContinuousClock.now
            try await until { ContinuousClock.now - held > .milliseconds(200) }
            server.promises[0].fulfill(.text("now"))
            #expect(try client.receive().text == "now")
            let record = try await Self.record(server)
            #expect(record.wait > .milliseconds(199) && record.status == .ok && record.bodyBytes == 3)
            #expect(record.work + record.wait <= record.duration)
            #expect(server.waiting.requests == 0)
        }
    }

    @Test func aClientThatGoesWhileItWaitsLeavesARecordWithoutAStatus() async throws {
        try await TestServer.with { server in
            let client = try server.client()
            try client.send("GET", "/hold")
            try await server.waitUntilHeld(1)
            client.socket.reset()
            let record = try await Self.record(server)
            #expect(record.status == nil && record.method == .get && record.wait > .zero)
        }
    }

    @Test func aStreamsBytesAreCountedAndItsTimeIsAWait() async throws {
        try await TestServer.with { server in
            let client = try server.client()
            try client.send("GET", "/stream")
            try await until { server.streams.count == 1 }
            try await until { server.waiting.streams == 1 }
            for _ in 0..<3 { server.streams[0].write(Array("0123456789".utf8)) }
            server.streams[0].finish()
            #expect(try client.receiveChunks().utf8.count == 36)
            let record = try await Self.record(server)
            #expect(record.status == .ok && record.bodyBytes == 36 && record.wait > .zero)
            #expect(server.waiting.streams == 0)
        }
    }

    @Test func anAnswerToHeadHasNoBytes() async throws {
        try await TestServer.with { server in
            _ = try server.client().request("HEAD", "/a")
            #expect(try await Self.record(server).bodyBytes == 0)
        }
    }

    @Test(arguments: [
        ("GET /a HTTP/1.1\r\n\r\n", 400), ("GET /%zz HTTP/1.1\r\nHost: h\r\n\r\n", 400),
        ("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 2000\r\n\r\n" + String(repeating: "x", count: 2_000), 413),
        ("POST /a HTTP/1.1\r\nHost: h\r\nExpect: x\r\n\r\n", 417),
        ("GET /\(String(repeating: "a", count: 9_000)) HTTP/1.1\r\nHost: h\r\n\r\n", 431),
    ])
    func whatTheServerItselfRefusesIsToldToo(_ request: String, _ status: Int) async throws {
        try await TestServer.with { server in
            let client = try server.client()
            try client.socket.send(request)
            #expect(try client.receive().status == status)
            let record = try await Self.record(server)
            #expect(record.status?.code == status && record.route == nil && record.wait == .zero)
        }
    }

    @Test func aRequestThatIsTooSlowIsToldAsTheTimeoutThatItIs() async throws {
        try await TestServer.with({
            $0.bodyTime = .milliseconds(50); $0.sweepInterval = .milliseconds(10)
        }) { server in
            let client = try server.client()
            try client.socket.send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc")
            #expect(try client.receive().status == 408)
            #expect(try await Self.record(server).status?.code == 408)
        }
    }
}
