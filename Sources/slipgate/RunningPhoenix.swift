import DemoPhoenix
import ServiceLifecycle

/// The demo channel server, listening from `init` on.
struct RunningPhoenix: Service {
    private let server: DemoServer

    init(port: UInt16) async throws {
        server = try await DemoServer.start(port: Int(port))
    }

    var url: String { "ws://127.0.0.1:\(server.port)/socket/websocket" }

    func run() async throws {
        try? await gracefulShutdown()
        await server.shutdown()
    }
}
