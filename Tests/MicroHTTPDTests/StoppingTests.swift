import HTTPCore
import MicroHTTPD
import TestSupport
import Testing

/// The server's end: no answer lost.
@Suite(.serialized, .timeLimit(.minutes(10))) struct StoppingTests {
    /// Whether it answers who asks now; its port may be another's by then.
    private func serves(_ server: TestServer) -> Bool {
        _ = try? server.client().request("GET", "/e?behind-the-stop")
        return server.observer.all.contains { String(decoding: $0.target, as: UTF8.self).contains("behind-the-stop") }
    }

    @Test func stoppingAnswersWhoeverWaits() async throws {
        try await TestServer.with { server in
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
            #expect(!serves(server))
        }
    }

    @Test func stoppingWaitsForAnswersOnTheirWay() async throws {
        try await TestServer.with { server in
            let client = try server.client()
            try client.send("GET", "/hold")
            try await server.waitUntilHeld(1)
            async let stopped: Void = server.stop(grace: .seconds(600))
            // Who comes meanwhile is served, though on no lasting connection.
            try await until { try server.client().request("GET", "/e")["Connection"] == "close" }
            #expect(try server.client().request("GET", "/e").status == 200)
            server.promises[0].fulfill(.text("in time"))
            await stopped
            #expect(try client.receive().text == "in time")
            #expect(!serves(server))
        }
    }

    /// What it waits for may be a session that still lives.
    @Test func aRequestMayWaitOnAServerThatDrains() async throws {
        try await TestServer.with { server in
            server.drain()
            let client = try server.client()
            try client.send("GET", "/hold")
            try await until { server.promises.count == 1 || client.socket.isReadable }
            for promise in server.promises { promise.fulfill(.text("its end")) }
            let answer = try client.receive()
            #expect(answer.text == "its end" && answer["Connection"] == "close")
        }
    }

    @Test func aBodyThatIsNotWholeHoldsNoStopUp() async throws {
        try await TestServer.with { server in
            let client = try server.client()
            try client.send("POST", "/e", headers: ["Content-Length": "900"])
            try client.socket.send("half")
            try await until { server.heldBytes.bodies == 4 }
            await server.stop(grace: .zero, lastAnswers: .zero)
            #expect(try client.socket.receiveToEnd().isEmpty)
            #expect(server.requestsInFlight == 0 && server.heldBytes.bodies == 0)
        }
    }

    @Test func noAnswerIsLostAmongTwoThousand() async throws {
        try await TestServer.with { server in
            let clients = try (0..<2_000).map { _ in try server.client() }
            for client in clients { try client.send("GET", "/hold") }
            // Who was answered instead would be waited for in vain.
            try await until { server.promises.count >= 2_000 || clients.contains { $0.socket.isReadable } }
            let refused = try clients.filter(\.socket.isReadable).map { try $0.receive().text }
            try #require(refused == [], "answered before the stop")
            // Up to a half are answered by their handler as the server stops, the others by the stop.
            async let stopped: Void = server.stop(grace: .milliseconds(50))
            let inTime = server.promises.prefix(1_000).count { $0.fulfill(.text("in time")) }
            await stopped
            let answers = try clients.map { client in
                let answer = try client.receive()
                #expect(try client.socket.receiveToEnd().isEmpty)
                return answer
            }
            #expect(answers.count { $0.text == "in time" } == inTime)
            #expect(
                answers.count { $0.string("code") == "draining" && $0["Retry-After"] == "5" } == 2_000 - inTime)
            #expect(server.requestsInFlight == 0 && server.openConnections == 0)
        }
    }

    @Test func streamsEndWithTheirLastRecord() async throws {
        try await TestServer.with { server in
            let clients = try (0..<20).map { _ in try server.client() }
            for client in clients { try client.send("GET", "/stream") }
            try await until { server.streams.count >= 20 }
            for stream in server.streams.prefix(10) { stream.finish(Array("end".utf8)) }
            await server.stop(grace: .milliseconds(200))
            let bodies = try clients.map { try $0.receiveChunks() }
            #expect(bodies.filter { $0 == "begin;end" }.count == 10)
            // Those that nobody finished end whole, too.
            #expect(bodies.filter { $0 == "begin;" }.count == 10)
            #expect(server.streams.allSatisfy { $0.end == .finished })
        }
    }

    @Test func streamsMayEndWhileItStops() async throws {
        try await TestServer.with { server in
            let clients = try (0..<10).map { _ in try server.client() }
            for client in clients { try client.send("GET", "/stream") }
            try await until { server.streams.count >= 10 }
            async let stopped: Void = server.stop(grace: .seconds(600))
            for stream in server.streams { stream.finish(Array("end".utf8)) }
            await stopped
            #expect(try clients.allSatisfy { try $0.receiveChunks() == "begin;end" })
        }
    }

    /// A worker that is held up has clients that it has not looked at: they are closed, and counted back.
    @Test func whoWasGivenToAWorkerThatIsHeldUpIsLetGo() async throws {
        try await TestServer.with {
            $0.workers = 1
        } _: { server in
            let busy = try server.client()
            try busy.send("GET", "/block")
            try await until { server.blocked == 1 }
            let others = try (0..<8).map { _ in try server.client() }
            try await until { server.openConnections == 9 }
            async let stopped: Void = server.stop(lastAnswers: .zero)
            server.unblock()
            await stopped
            #expect(try others.allSatisfy { try $0.socket.receiveToEnd().isEmpty })
            #expect(server.openConnections == 0 && server.requestsInFlight == 0)
        }
    }

    @Test func whoComesTooLateToWaitIsToldSo() async throws {
        try await TestServer.with { server in
            let waits = try server.client()
            try waits.send("GET", "/hold")
            try await server.waitUntilHeld(1)
            // A request that is not whole when the server stops, and then wants to wait: whether its head was read before
            // that, and found room, or after, and found none.
            let late = try server.client()
            try late.send("POST", "/rude", headers: ["Content-Length": "2"])
            try late.socket.send("a")
            try await until { server.requestsInFlight == 2 }
            async let stopped: Void = server.stop(grace: .zero)
            // Only then is it read in earnest: a read blocks a thread that the server's stop may need.
            try await until { waits.socket.isReadable }
            #expect(try waits.receive().string("code") == "draining")
            try late.socket.send("b")
            try await until { late.socket.isReadable }
            #expect(try late.receive().string("code") == "draining")
            await stopped
            #expect(server.abandoned == 2)
        }
    }

    @Test func stopsUnderLoadNeverAbortTheProcess() async throws {
        for _ in 0..<40 {
            try await TestServer.with {
                $0.settleTime = .milliseconds(1)
            } _: { server in
                let clients = try (0..<16).map { _ in try server.client() }
                await withTaskGroup(of: Void.self) { group in
                    for client in clients {
                        group.addTask {
                            for _ in 0..<50 where (try? client.request("GET", "/late").status) != 200 { return }
                        }
                    }
                    group.addTask { await server.stop(grace: .seconds(1)) }
                }
                #expect(server.requestsInFlight == 0)
            }
        }
    }
}
