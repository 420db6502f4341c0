import Dispatch
import HTTPCore
import HTTPTypes
import Logging
import MicroHTTPD
import Synchronization
import TestSupport

/// A server with a responder of its own: `/echo`, `/hold` (a promise that the test keeps), `/late` (one kept at once
/// from another thread).
final class TestServer: Sendable {
    final class EchoResponder: Responder {
        let promises = Mutex<[ResponsePromise]>([])
        let abandoned = Atomic<Int>(0)

        func respond(to request: Request) -> Answer {
            switch request.target.segments.first {
            case "hold":
                let promise = ResponsePromise(requestID: request.id)
                promise.onAbandon { self.abandoned.add(1, ordering: .relaxed) }
                promises.withLock { $0.append(promise) }
                return .later(promise)
            case "late":
                let promise = ResponsePromise(requestID: request.id)
                DispatchQueue.global().async { promise.fulfill(.text("late")) }
                return .later(promise)
            case "empty":
                return .now(Response(status: .noContent))
            default:
                let query = request.target.query.map { "\($0.name)=\($0.value)" }
                let head = [request.method.rawValue] + request.target.segments + query
                return .now(.text(head.joined(separator: " ") + "\n" + String(decoding: request.body, as: UTF8.self)))
            }
        }
    }

    let responder = EchoResponder()
    private let server: Server

    init(_ change: (inout ServerConfiguration) -> Void = { _ in }) throws {
        var configuration = ServerConfiguration()
        configuration.port = 0
        configuration.maxBodyBytes = 1_000
        configuration.settleTime = .milliseconds(20)
        change(&configuration)
        server = try Server(configuration: configuration, responder: responder, logger: Logger(label: "test"))
    }

    var port: Int { Int(server.port) }
    var promises: [ResponsePromise] { responder.promises.withLock { $0 } }
    /// How many held requests' clients have gone.
    var abandoned: Int { responder.abandoned.load(ordering: .relaxed) }
    var requestsInFlight: Int { server.requestsInFlight }

    func client() throws -> HTTPTestClient { try HTTPTestClient(port: port) }

    func stop(grace: Duration = .zero) async { await server.stop(grace: grace) }

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
