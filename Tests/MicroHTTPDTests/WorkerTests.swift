import Glibc
import HTTPCore
import TestSupport
import Testing

@testable import MicroHTTPD

/// A worker's loop: it sleeps through nothing.
@Suite(.serialized, .timeLimit(.minutes(10))) struct WorkerTests {
    /// Returns once the worker, which is the only one, is inside a handler and stays there.
    private static func holdUp(_ server: TestServer) async throws -> HTTPTestClient {
        let client = try server.client()
        try client.send("GET", "/block")
        try await until { server.blocked == 1 }
        return client
    }

    /// libmicrohttpd takes 128 events at once, and goes on to wait where it got as many: it must not sleep then.
    @Test(arguments: [127, 128, 129, 256])
    func requestsThatAreThereTogetherAreAllAnswered(_ count: Int) async throws {
        try await TestServer.with {
            $0.workers = 1
        } _: { server in
            let clients = try (0..<count).map { _ in try server.client() }
            for client in clients { #expect(try client.request("GET", "/first").status == 200) }
            let busy = try await Self.holdUp(server)
            for client in clients { try client.send("GET", "/second") }
            server.unblock()
            for client in clients { #expect(try client.receive().text == "GET second\n") }
            #expect(try busy.receive().status == 200)
        }
    }

    @Test func answersThatAreThereTogetherAreAllSent() async throws {
        let count = 256
        try await TestServer.with {
            $0.workers = 1
        } _: { server in
            let clients = try (0..<count).map { _ in try server.client() }
            for client in clients { try client.send("GET", "/hold") }
            try await server.waitUntilHeld(count)
            let busy = try await Self.holdUp(server)
            for promise in server.promises { promise.fulfill(.text("done")) }
            server.unblock()
            for client in clients { #expect(try client.receive().text == "done") }
            #expect(try busy.receive().status == 200)
        }
    }

    /// One that is held up holds up none but those that it has.
    @Test func aClientIsGivenToTheWorkerThatHasTheFewest() async throws {
        try await TestServer.with {
            $0.workers = 2
        } _: { server in
            // The first and the last are different workers' then.
            let count = sysconf(Int32(_SC_NPROCESSORS_ONLN)) > 1 ? 2 : Acceptor.manyConnections + 1
            let clients = try (0..<count).map { _ in try server.client() }
            try await until { server.openConnections == clients.count }
            try clients[0].send("GET", "/block")
            try await until { server.blocked == 1 }
            #expect(try clients[count - 1].request("GET", "/other").status == 200)
            server.unblock()
            #expect(try clients[0].receive().status == 200)
        }
    }

    @Test(arguments: [1, 2])
    func whoWaitsForAPlaceIsTakenOnceThereIsOne(_ workers: UInt32) async throws {
        try await TestServer.with {
            ($0.workers, $0.maxConnections) = (workers, 2)
        } _: { server in
            let clients = try (0..<2).map { _ in try server.client() }
            try await until { server.openConnections == 2 }
            let waits = try server.client()
            try waits.send("GET", "/waits")
            // Its worker has nothing else to do, and nobody else has a place to give.
            clients[0].socket.finish()
            #expect(try waits.receive().text == "GET waits\n")
        }
    }
}
