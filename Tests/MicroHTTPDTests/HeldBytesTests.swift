import HTTPCore
import HTTPTypes
import MicroHTTPD
import TestSupport
import Testing

/// What bodies that are not whole, and answers that are not read, may hold together.
@Suite(.serialized, .timeLimit(.minutes(10))) struct HeldBytesTests {
    private static let body = String(repeating: "x", count: 900)

    /// A client that has sent so much of its body of 900 bytes.
    private static func begin(_ server: TestServer, _ count: Int) async throws -> HTTPTestClient {
        let before = server.heldBytes.bodies
        let client = try server.client()
        try client.send("POST", "/e", headers: ["Content-Length": "900"])
        try client.socket.send(String(repeating: "x", count: count))
        try await until { server.heldBytes.bodies == before + count }
        return client
    }

    @Test func aBodyPastTheBoundOfAllIs503AndTheOthersGoOn() async throws {
        try await TestServer.with {
            $0.maxBodiesBytes = 1_000
        } _: { server in
            let first = try await Self.begin(server, 800)
            let refused = try server.client().request("POST", "/e", body: Self.body)
            #expect(refused.status == 503 && refused.string("code") == "capacity")
            #expect(refused["Retry-After"] == "1" && refused.text.contains(#""sent":false"#))
            // What is taken piece by piece is not held here.
            #expect(try server.client().request("POST", "/upload", body: Self.body).text == "900")
            try first.socket.send(String(repeating: "x", count: 100))
            #expect(try first.receive().status == 200 && server.heldBytes.bodies == 0)
            #expect(try server.client().request("POST", "/e", body: Self.body).status == 200)
        }
    }

    @Test func aBodyThatIsNeverWholeIsGivenBack() async throws {
        try await TestServer.with { server in
            let clients = [try await Self.begin(server, 800), try await Self.begin(server, 1)]
            #expect(server.heldBytes.bodies == 801)
            for client in clients { client.socket.reset() }
            try await until { server.heldBytes.bodies == 0 }
        }
    }

    @Test func aLongReadPastTheBoundOfUnreadAnswersIs503AndSmallAnswersGoOn() async throws {
        try await TestServer.with {
            $0.maxAnswersBytes = EchoResponder.large + 1_000_000
        } _: { server in
            let idle = try server.client()
            try idle.send("GET", "/large")
            try await until { server.heldBytes.answers == EchoResponder.large }
            let refused = try server.client().request("GET", "/large")
            #expect(refused.status == 503 && refused.string("code") == "capacity" && refused["Retry-After"] == "1")
            #expect(try server.client().request("GET", "/e").status == 200)
            // What has made something happen is answered whatever its size.
            let act = try server.client()
            #expect(try act.request("POST", "/large", body: "").body.count == EchoResponder.large)
            #expect(try idle.receive().body.count == EchoResponder.large)
            try await until { server.heldBytes.answers == 0 }
            #expect(try server.client().request("GET", "/large").status == 200)
        }
    }

    /// Those that wait are answered at once by one event.
    @Test func anAnswerThatWasWaitedForIsHeldToTheBoundTooUnlessItIsNotToBe() async throws {
        try await TestServer.with {
            $0.maxAnswersBytes = EchoResponder.large
        } _: { server in
            var clients: [HTTPTestClient] = []
            for (index, method) in ["GET", "GET", "GET", "POST"].enumerated() {
                clients.append(try server.client())
                try clients[index].send(method, method == "GET" ? "/hold" : "/act", body: "")
                try await server.waitUntilHeld(index + 1)
            }
            var large = Response(status: .ok, body: [UInt8](repeating: 0x20, count: EchoResponder.large))
            for (index, mayBeRefused) in [nil, nil, false, true].enumerated() {
                large.mayBeRefused = mayBeRefused
                server.promises[index].fulfill(large)
            }
            #expect(try clients.map { try $0.receive().status } == [200, 503, 200, 503])
            try await until { server.heldBytes.answers == 0 }
        }
    }

    @Test func anAnswerThatIsNotReadInTimeEndsItsConnection() async throws {
        try await TestServer.with {
            ($0.answerTime, $0.sweepInterval, $0.idleSeconds) = (.seconds(1), .milliseconds(20), 0)
            $0.headTime = .seconds(600)
        } _: { server in
            let waits = try server.client()
            try waits.send("GET", "/hold")
            try await server.waitUntilHeld(1)
            let idle = try server.client()
            try idle.send("GET", "/large")
            // It has begun: what is held of it may be given back before anyone looks.
            _ = try idle.socket.receiveHead()
            try await until { server.openConnections == 1 }
            #expect(server.heldBytes.answers == 0)
            #expect(try idle.socket.receiveToEnd().count < EchoResponder.large)
            // A wait is not the client's doing.
            server.promises[0].fulfill(.text("still here"))
            #expect(try waits.receive().text == "still here")
        }
    }
}
