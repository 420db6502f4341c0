import Gateway
import Logging
import MicroHTTPD
import PhoenixChannels
import ServiceLifecycle

/// The gateway behind its server, listening from `init` on.
struct RunningGateway: Service {
    /// Shorter than the 10 s after which container runtimes kill.
    private static let drainGrace = Duration.seconds(5)
    /// How long upstream servers may take to answer our close frames.
    private static let closeGrace = Duration.seconds(2)

    let url: String
    private let gateway: Gateway
    private let server: Server
    private let transport: NIOWebSocketTransport

    init(_ options: GatewayOptions) throws {
        var logger = Logger(label: "slipgate", factory: { StreamLogHandler.standardError(label: $0) })
        logger.logLevel = options.logLevel
        var configuration = GatewayConfiguration()
        configuration.allowsAnyUpstream = options.allowAnyUpstream
        transport = NIOWebSocketTransport()
        gateway = Gateway(configuration: configuration, transport: transport)
        var listening = ServerConfiguration()
        listening.host = options.host
        listening.port = options.port
        server = try Server(configuration: listening, responder: gateway, logger: logger)
        url = "http://\(options.host.contains(":") ? "[\(options.host)]" : options.host):\(server.port)"
    }

    /// Serves until it is to stop; then all who wait are answered, and every websocket is closed with code 1000.
    func run() async throws {
        try? await gracefulShutdown()
        gateway.drain()
        await server.stop(grace: Self.drainGrace)
        let end = ContinuousClock.now + Self.closeGrace
        while transport.openCount > 0, ContinuousClock.now < end {
            try? await Task.sleep(for: .milliseconds(5))
        }
    }
}
