import HTTPCore
import HTTPTypes
import MicroHTTPD
import TestSupport
import Testing

/// Requests that are let in, or not, by their head: at once or after a moment.
@Suite(.serialized, .timeLimit(.minutes(10))) struct AdmissionTests {
    private static let body = String(repeating: "x", count: 900)

    /// A client whose request to `/later` is to be let in, and what does so.
    private static func ask(
        _ server: TestServer, _ method: String = "POST", body: String? = Self.body
    ) async throws -> (client: HTTPTestClient, request: Request, keep: @Sendable (Admission) -> Void) {
        let before = server.admissions.count
        let client = try server.client()
        try client.send(method, "/later", body: body)
        try await until { server.admissions.count > before }
        let admission = server.admissions[before]
        return (client, admission.request, admission.keep)
    }

    @Test func aBodyIsNotReadBeforeItsRequestIsLetIn() async throws {
        try await TestServer.with { server in
            let (client, request, keep) = try await Self.ask(server)
            #expect(server.heldBytes.bodies == 0 && request.body.isEmpty)
            keep(.admitted(request))
            #expect(try client.receive().text == "POST later\n\(Self.body)")
            #expect(server.heldBytes.bodies == 0)
            #expect(try client.request("GET", "/next").text == "GET next\n")
        }
    }

    @Test func aBodyThatComesLaterIsReadThen() async throws {
        try await TestServer.with { server in
            let client = try server.client()
            try client.send("POST", "/later", headers: ["Content-Length": "4"])
            try await until { server.admissions.count == 1 }
            let (request, keep) = server.admissions[0]
            try client.socket.send("ab")
            keep(.admitted(request))
            try client.socket.send("cd")
            #expect(try client.receive().text == "POST later\nabcd")
        }
    }

    @Test func whatIsAnsweredByItsHeadIsNotLookedAtFurther() async throws {
        try await TestServer.with { server in
            let (client, request, keep) = try await Self.ask(server)
            keep(.answered(EchoResponder.forbidden.response(requestID: request.id)))
            let answer = try client.receive()
            #expect(answer.status == 403 && answer.string("instance") == answer["X-Request-Id"])
            #expect(try client.request("GET", "/next").text == "GET next\n")
        }
    }

    /// Twelve connections are ten requests that wait.
    @Test func whoIsNotLetInYetNeedsNoPlaceToWait() async throws {
        try await TestServer.with {
            ($0.maxConnections, $0.workers) = (12, 1)
        } _: { server in
            let waiting = try (0..<10).map { _ in try server.client() }
            for client in waiting { try client.send("POST", "/rude", body: "") }
            try await server.waitUntilHeld(10)
            let (client, request, keep) = try await Self.ask(server, "GET", body: nil)
            #expect(server.waiting.requests == 10)
            keep(.admitted(request))
            #expect(try client.receive().text == "GET later\n")
            for promise in server.promises { promise.fulfill(.text("done")) }
            for client in waiting { #expect(try client.receive().text == "done") }
        }
    }

    @Test func aServerThatStopsAnswersWhoIsNotLetInYet() async throws {
        try await TestServer.with { server in
            let (client, request, keep) = try await Self.ask(server)
            await server.stop()
            #expect(try client.receive().string("code") == "draining")
            keep(.admitted(request))
        }
    }

    @Test func theTimeThatItTakesIsWorkAndNoWait() async throws {
        try await TestServer.with { server in
            let (client, request, keep) = try await Self.ask(server, "GET", body: nil)
            // Long beside what answering takes.
            let began = ContinuousClock.now
            try await until { ContinuousClock.now - began > .milliseconds(200) }
            keep(.admitted(request))
            #expect(try client.receive().status == 200)
            try await until { server.observer.all.count == 1 }
            let record = server.observer.all[0]
            #expect(record.wait == .zero && record.work > .milliseconds(199) && record.work <= record.duration)
        }
    }

    /// What all answers have, refusals by the head and the server's own have, too.
    @Test(arguments: [
        ("/e", ["Content-Length": "1001"], 413), ("/refused", ["Content-Length": "1"], 403),
        ("/e", ["Expect": "a-miracle"], 417), ("/e%00", ["X": "y"], 400), ("/e", ["Content-Length": "0"], 200),
    ])
    func everyAnswerIsAmended(_ path: String, _ headers: [String: String], _ status: Int) async throws {
        try await TestServer.with { server in
            let client = try server.client()
            try client.send("POST", path, headers: headers.merging(["Origin": "https://a.example"]) { $1 })
            if let length = headers["Content-Length"].flatMap({ Int($0) }) {
                try client.socket.send(String(repeating: "x", count: length))
            }
            let answer = try client.receive()
            #expect(answer.status == status && answer["Vary"] == "Origin")
        }
    }
}
