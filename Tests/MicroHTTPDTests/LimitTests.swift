import HTTPCore
import TestSupport
import Testing

@testable import MicroHTTPD

/// Times and counts that a client has.
@Suite(.serialized, .timeLimit(.minutes(10))) struct LimitTests {
    /// Times short enough to wait for, and long enough to begin in; idleness is left to libmicrohttpd, whose times are whole
    /// seconds.
    private static func hurry(_ configuration: inout ServerConfiguration) {
        configuration.headTime = .seconds(5)
        configuration.bodyTime = .seconds(5)
        configuration.sweepInterval = .milliseconds(20)
        configuration.idleSeconds = 0
        configuration.maxHeadBytes = 8 * 1024 * 1024
    }

    /// Sends a byte again and again until there is an answer, or an end; then what came.
    private static func trickle(_ client: HTTPTestClient, _ byte: String) async throws -> String {
        try await until { client.socket.isReadable || (try? client.socket.send(byte)) == nil }
        return String(decoding: try client.socket.receiveToEnd(), as: UTF8.self)
    }

    @Test func aHeadThatTricklesIsEnded() async throws {
        try await TestServer.with(Self.hurry) { server in
            let client = try server.client()
            try client.socket.send("GET /e HTTP/1.1\r\nHost: h\r\nX: ")
            #expect(try await Self.trickle(client, "x").hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
            try await until { server.openConnections == 0 }
            #expect(server.requestsInFlight == 0)
        }
    }

    @Test func aFirstLineThatTricklesIsEndedWithoutAnAnswer() async throws {
        try await TestServer.with(Self.hurry) { server in
            #expect(try await Self.trickle(server.client(), "G").isEmpty)
            // After an answer, too.
            let client = try server.client()
            #expect(try client.request("GET", "/e").status == 200)
            #expect(try await Self.trickle(client, "G").isEmpty)
            try await until { server.openConnections == 0 }
        }
    }

    @Test func aBodyIsNotWaitedForWhereItsHeadIsRefused() async throws {
        try await TestServer.with { server in
            let client = try server.client()
            try client.send("POST", "/refused", headers: ["Content-Length": "900", "Expect": "100-continue"])
            let answer = String(decoding: try client.socket.receiveToEnd(), as: UTF8.self)
            #expect(answer.hasPrefix("HTTP/1.1 403 Forbidden\r\n"), "\(answer)")
            try await until { server.requestsInFlight == 0 }
            #expect(server.promises.isEmpty)
        }
    }

    @Test func aBodyThatTricklesIsEndedAndItsReceiverTold() async throws {
        try await TestServer.with(Self.hurry) { server in
            let client = try server.client()
            try client.send("POST", "/upload", headers: ["Content-Length": "2900000"])
            let answer = try await Self.trickle(client, "x")
            #expect(answer.contains("\"code\":\"request-timeout\""))
            try await until { server.upload(0).isAbandoned }
        }
    }

    @Test func aRequestThatIsWholeMayTakeItsTime() async throws {
        try await TestServer.with(Self.hurry) { server in
            let waits = try server.client()
            try waits.send("GET", "/hold")
            try await server.waitUntilHeld(1)
            // Two others, one after the other, are ended meanwhile.
            for _ in 0..<2 { #expect(try await Self.trickle(server.client(), "G").isEmpty) }
            server.promises[0].fulfill(.text("still here"))
            #expect(try waits.receive().text == "still here")
        }
    }

    @Test func anAddressHasSoManyConnectionsWhicheverWorkersHaveThem() async throws {
        try await TestServer.with {
            $0.maxConnectionsPerAddress = 2
        } _: { server in
            let clients = try (0..<2).map { _ in try server.client() }
            for client in clients { #expect(try client.request("GET", "/e").status == 200) }
            // More of them than there are workers.
            for _ in 0..<20 { #expect(try server.client().socket.receiveToEnd().isEmpty) }
            let elsewhere = try HTTPTestClient(port: server.port, from: "127.0.0.2")
            #expect(try elsewhere.request("GET", "/e").status == 200)
            #expect(try clients[0].request("GET", "/e").status == 200)
        }
    }

    @Test func aConnectionThatEndsLeavesItsAddressAnother() async throws {
        try await TestServer.with {
            $0.maxConnectionsPerAddress = 1
        } _: { server in
            for _ in 0..<20 {
                try await until { server.openConnections == 0 }
                let client = try server.client()
                #expect(try client.request("GET", "/e").status == 200)
                #expect(try server.client().socket.receiveToEnd().isEmpty)
                client.socket.finish()
            }
        }
    }

    @Test func capacityFollowsTheDescriptors() {
        var configuration = ServerConfiguration()
        let plenty = Capacity(configuration, descriptors: 1_000_000)
        #expect(plenty.connections == configuration.maxConnections)
        #expect(plenty.waitingReads == configuration.maxWaiters)
        // What the load program asks for: 15,000 polls in 20,000 descriptors, and nothing to warn of.
        let usual = Capacity(configuration, descriptors: 20_000)
        #expect(usual == plenty)
        #expect(usual.waitingReads > 15_000)
        let some = Capacity(configuration, descriptors: 10_000)
        #expect(some.connections == 10_000 - configuration.reservedDescriptors)
        let few = Capacity(configuration, descriptors: 256)
        #expect((few.connections, few.waiting, few.waitingReads) == (128, 126, 124))
        configuration.maxWaiters = 10
        let calm = Capacity(configuration, descriptors: 256)
        #expect((calm.connections, calm.waiting, calm.waitingReads) == (128, 12, 10))
        #expect(
            (0..<14).map { calm.occupancy(besides: $0) }
                == Array(repeating: .free, count: 10) + [.crowded, .crowded, .full, .full])
        let tiny = Capacity(configuration, descriptors: 2)
        #expect((tiny.connections, tiny.waiting, tiny.waitingReads) == (1, 0, 0))
    }
}
