import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket

/// A small server of Phoenix Channels to try a client against, with no Elixir about.
///
/// It answers as a recorded Phoenix 1.8 does, at `/socket/websocket` and at the recorded application's other sockets.
/// Topics `rooms:*` can be joined, `rooms:private` and `rooms:crash-on-join` refuse, `rooms:slow` takes `delay_ms`;
/// topics `presence:*` tell who is there. A channel answers `ping`, `ping bare`, `fail`, `echo`, `later {delay_ms}`,
/// pushes on `push to me` and `burst {n,size}`, shouts on `broadcast`, stays silent on `quicksand`, ends on `stop`, and
/// crashes on `crash` as on any other event. What else there is stands in the module's documentation.
public final class DemoServer: Sendable {
    /// Why a server could not be started, in words.
    public struct StartError: Error, Sendable, CustomStringConvertible {
        public let description: String
    }

    private static let maxFragments = 1024
    private static let backlog: Int32 = 4096

    private let listener: any Channel
    private let connections: DemoConnections

    /// The port it listens on.
    public let port: Int

    private init(_ listener: any Channel, _ connections: DemoConnections) {
        self.listener = listener
        self.connections = connections
        port = listener.localAddress?.port ?? 0
    }

    /// Starts listening.
    ///
    /// - Parameters:
    ///   - host: a literal address or a name; the server has no access control, so keep it loopback's.
    ///   - port: 0 takes a free one.
    ///   - options: TLS, the control surface and the sequence file, none of which is there unless asked for.
    /// - Returns: the server, which goes on until `shutdown`.
    /// - Throws: `StartError` when the address can't be had, or a file that the options name can't be used.
    public static func start(
        host: String = "127.0.0.1", port: Int = 4000, options: DemoOptions = DemoOptions()
    ) async throws(StartError) -> DemoServer {
        let tls = try options.tls.map { files throws(StartError) in try files.context() }
        let sequence = try options.sequenceFile.map { path throws(StartError) in try SequenceFile(path: path) }
        let environment = DemoEnvironment(sequence: sequence, hasControl: options.hasControl)
        do {
            let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .serverChannelOption(.backlog, value: backlog)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        environment.connections.add(channel)
                        try addHandlers(to: channel, environment, tls)
                    }
                }
                .bind(host: host, port: port)
                .get()
            return DemoServer(listener, environment.connections)
        } catch {
            throw StartError(description: "the demo server can't listen on \(host) port \(port): is it taken?")
        }
    }

    /// Stops as a draining Phoenix does: no further connections, each websocket closed with 1012, or 1000 where nothing
    /// is joined.
    ///
    /// Returns when all have ended; a client that doesn't answer is cut off after 2 seconds.
    public func shutdown() async {
        // Before the task has to wait, which may be for long; and then whoever came meanwhile.
        stopConnections()
        try? await listener.close()
        stopConnections()
        for channel in connections.all { try? await channel.closeFuture.get() }
    }

    private func stopConnections() {
        for channel in connections.all {
            channel.pipeline.fireUserInboundEventTriggered(DemoWebSocketHandler.Stop())
        }
    }

    private static func addHandlers(
        to channel: any Channel, _ environment: DemoEnvironment, _ tls: NIOSSLContext?
    ) throws {
        let pipeline = channel.pipeline.syncOperations
        if let faults = environment.faults {
            try pipeline.addHandler(ConnectionGate(stalledUntil: faults.stalledUntil))
        }
        if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
        let handshake = DemoHandshake(environment)
        let bound = NIOLoopBound(handshake, eventLoop: channel.eventLoop)
        let upgrader = NIOWebSocketServerUpgrader(
            maxFrameSize: DemoMount.maxMessageBytes,
            shouldUpgrade: { channel, head in
                channel.eventLoop.makeSucceededFuture(bound.value.decide(head, on: channel))
            },
            upgradePipelineHandler: { channel, _ in
                channel.eventLoop.makeCompletedFuture {
                    guard let handler = bound.value.webSocketHandler else { return }
                    try channel.pipeline.syncOperations.addHandlers([
                        NIOWebSocketFrameAggregator(
                            minNonFinalFragmentSize: 0, maxAccumulatedFrameCount: maxFragments,
                            maxAccumulatedFrameSize: DemoMount.maxMessageBytes),
                        handler,
                    ])
                }
            })
        try pipeline.configureHTTPServerPipeline(
            withServerUpgrade: (
                upgraders: [upgrader],
                completionHandler: { $0.pipeline.syncOperations.removeHandler(bound.value, promise: nil) }
            ))
        try pipeline.addHandler(handshake)
    }
}
