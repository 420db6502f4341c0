import Dispatch
import HTTPCore
import MicroHTTPD
import Synchronization
import TestSupport
import Testing

/// Requests that wait: resumed exactly once, dropped when their client goes, and no more of them than there is room for.
@Suite(.serialized, .timeLimit(.minutes(10))) struct WaitingTests {
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

    @Test func aClientThatLeavesInALaterWaitIsNoticedToo() async throws {
        try await TestServer.with { server in
            let client = try server.client()
            for wait in 1...3 {
                try client.send("GET", "/hold")
                try await server.waitUntilHeld(wait)
                server.promises[wait - 1].fulfill(.text("\(wait)"))
                #expect(try client.receive().text == "\(wait)")
            }
            try client.send("GET", "/hold")
            try await server.waitUntilHeld(4)
            client.socket.finish()
            try await until { server.abandoned >= 1 }
            #expect(!server.promises[3].fulfill(.text("late")))
        }
    }

    /// Twelve connections are ten requests that wait, of which eight may be reads.
    private static func crowd(_ body: (TestServer) async throws -> Void) async throws {
        try await TestServer.with(
            {
                $0.maxConnections = 12; $0.workers = 1
            }, body)
    }

    @Test func readsLeaveRoomForPushesAndBothForTheRest() async throws {
        try await Self.crowd { server in
            let reads = try (0..<8).map { _ in try server.client() }
            for client in reads { try client.send("GET", "/hold") }
            try await server.waitUntilHeld(8)
            let refused = try server.client().request("GET", "/hold")
            #expect(refused.status == 503)
            #expect(refused["Retry-After"] == "1")
            let pushes = try (0..<2).map { _ in try server.client() }
            for client in pushes { try client.send("POST", "/act", body: "") }
            try await server.waitUntilHeld(10)
            #expect(try server.client().request("POST", "/act", body: "").status == 503)
            // One that doesn't look is refused all the same, and its handler is told.
            let rude = try server.client().request("GET", "/rude")
            #expect(rude.status == 503)
            #expect(rude.string("code") == "capacity")
            #expect(rude["Retry-After"] == "1")
            #expect(server.abandoned == 1)
            #expect(try server.client().request("GET", "/health").status == 200)
            server.promises[0].fulfill(.text("room"))
            #expect(try reads[0].receive().text == "room")
            try await until { server.requestsInFlight <= 9 }
            let next = try server.client()
            try next.send("POST", "/act", body: "")
            try await server.waitUntilHeld(12)
            for promise in server.promises { promise.fulfill(.text("done")) }
            for client in reads.dropFirst() + pushes + [next] { #expect(try client.receive().text == "done") }
        }
    }

    @Test func connectionsEndWithTheirAnswerWhenFewAreLeft() async throws {
        try await Self.crowd { server in
            let idle = try (0..<10).map { _ in try server.client() }
            for client in idle { #expect(try client.request("GET", "/e")["Connection"] == nil) }
            let last = try server.client()
            #expect(try last.request("GET", "/e")["Connection"] == "close")
            #expect(try last.socket.receiveToEnd().isEmpty)
            #expect(try idle[0].request("GET", "/e").status == 200)
        }
    }

    /// What became of each promise of a race.
    private final class Tally: Sendable {
        let outcomes = Mutex<[Int: Int]>([:])

        func count(_ index: Int) { outcomes.withLock { $0[index, default: 0] += 1 } }
    }

    /// Each of some thousand waiting requests is, at once, answered by two threads, timed out by a third, left by its
    /// client (every other one), and drained.
    @Test(arguments: 0..<4) func answersDeadlinesHangUpsAndDrainRaceAndOneWins(_ round: Int) async throws {
        let clientCount = 500
        try await TestServer.with { server in
            let clients = try (0..<clientCount).map { _ in try server.client() }
            for client in clients { try client.send("GET", "/hold") }
            try await server.waitUntilHeld(clientCount)
            let promises = server.promises
            let tally = Tally()
            await withTaskGroup(of: Void.self) { group in
                for word in ["reply", "event", "deadline"] {
                    group.addTask {
                        for (index, promise) in promises.enumerated() where promise.fulfill(.text(word)) {
                            tally.count(index)
                        }
                    }
                }
                group.addTask {
                    for client in clients.enumerated() where client.offset.isMultiple(of: 2) {
                        if round.isMultiple(of: 2) {
                            client.element.socket.reset()
                        } else {
                            client.element.socket.finish()
                        }
                    }
                }
                group.addTask { await server.stop(grace: round < 2 ? .zero : .milliseconds(5)) }
            }
            #expect(tally.outcomes.withLock { $0.values.allSatisfy { $0 == 1 } })
            #expect(server.requestsInFlight == 0)
            for client in clients.enumerated() where !client.offset.isMultiple(of: 2) {
                let answer = try client.element.receive()
                #expect(["reply", "event", "deadline"].contains(answer.text) || answer.string("code") == "draining")
                #expect(try client.element.socket.receiveToEnd().isEmpty)
            }
            let abandoned = server.abandoned
            let answered = tally.outcomes.withLock { $0.count }
            // The rest was answered by the drain, and its handler told.
            #expect(abandoned + answered == clientCount)
        }
    }
}
