import DemoPhoenix
import ServiceLifecycle

/// The demo channel server, listening from `init` on.
struct RunningPhoenix: Service {
    private let server: DemoServer
    private let scheme: String

    init(port: UInt16, options: DemoOptions = DemoOptions()) async throws {
        server = try await DemoServer.start(port: Int(port), options: options)
        scheme = options.tls == nil ? "ws" : "wss"
    }

    var url: String { "\(scheme)://127.0.0.1:\(server.port)/socket/websocket" }

    func run() async throws {
        try? await gracefulShutdown()
        await server.shutdown()
    }
}
