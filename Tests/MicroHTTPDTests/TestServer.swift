import Dispatch
import HTTPCore
import HTTPTypes
import Logging
import MicroHTTPD
import Synchronization
import TestSupport

/// A server in front of an `EchoResponder`.
final class TestServer: Sendable {
    let responder = EchoResponder()
    let observer = RecordingObserver()
    private let server: Server

    init(_ change: (inout ServerConfiguration) -> Void = { _ in }) throws {
        var configuration = ServerConfiguration()
        configuration.port = 0
        configuration.maxBodyBytes = 1_000
        configuration.settleTime = .milliseconds(20)
        // Two thousand clients that connect before the first sends take longer than that on a busy machine.
        (configuration.headTime, configuration.bodyTime) = (.seconds(600), .seconds(600))
        configuration.answerTime = .seconds(600)
        configuration.idleSeconds = 600
        change(&configuration)
        server = try Server(
            configuration: configuration, responder: responder, observer: observer, logger: Logger(label: "test"))
    }

    var port: Int { Int(server.port) }
    var promises: [ResponsePromise] { responder.promises.withLock { $0 } }
    var waiting: (requests: Int, streams: Int) { server.waiting }
    var streams: [ResponseStream] { responder.streams.withLock { $0 } }
    /// What an upload has seen so far; nothing when there is none yet.
    func upload(_ number: Int) -> Upload.Seen {
        let uploads = responder.uploads.withLock { $0 }
        return uploads.indices.contains(number) ? uploads[number].seen.withLock { $0 } : Upload.Seen()
    }

    /// How many held requests' clients have gone.
    var abandoned: Int { responder.abandoned.load(ordering: .relaxed) }
    var requestsInFlight: Int { server.requestsInFlight }
    var openConnections: Int { server.openConnections }
    var heldBytes: (bodies: Int, answers: Int) { server.heldBytes }
    /// Requests that are to be let in, or not.
    var admissions: [(request: Request, keep: @Sendable (Admission) -> Void)] {
        responder.admissions.withLock { $0 }
    }

    /// Workers' threads that are kept by a request.
    var blocked: Int { responder.blocked.load(ordering: .relaxed) }

    /// Lets one of them go on.
    func unblock() { responder.unblock.signal() }

    func client() throws -> HTTPTestClient { try HTTPTestClient(port: port) }

    func drain() { server.drain() }

    /// Stops it, with more time for the last answers than a busy machine takes.
    func stop(grace: Duration = .zero, lastAnswers: Duration = .seconds(600)) async {
        await server.stop(grace: grace, lastAnswers: lastAnswers)
    }

    /// Returns once so many requests are held.
    func waitUntilHeld(_ count: Int) async throws {
        try await until { promises.count >= count }
    }

    /// Runs `body` with a server, and stops it whatever comes.
    static func with(
        _ change: (inout ServerConfiguration) -> Void = { _ in }, _ body: (TestServer) async throws -> Void
    ) async throws {
        let server = try TestServer(change)
        do {
            try await body(server)
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }
}
