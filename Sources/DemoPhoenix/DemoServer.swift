import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import Synchronization

/// A small server of Phoenix Channels, vsn 2.0.0, at `/socket/websocket`: to try a client against, with no Elixir about.
///
/// It answers as a recorded Phoenix 1.8 does. Topics `rooms:*` can be joined, `rooms:private` and `rooms:crash-on-join`
/// refuse, `rooms:slow` takes `delay_ms`. A channel answers `ping`, `ping bare`, `fail`, `echo`, `later {delay_ms}`,
/// pushes on `push to me` and `burst {n,size}`, shouts on `broadcast`, stays silent on `quicksand`, ends on `stop`, and
/// crashes on `crash` as on any other event.
public final class DemoServer: Sendable {
    /// Why a server could not be started, in words.
    public struct StartError: Error, Sendable, CustomStringConvertible {
        public let description: String
    }

    /// Bytes of a message: more than any client of ours sends.
    private static let maxFrameBytes = 16 * 1024 * 1024
    private static let maxFragments = 1024
    private static let backlog: Int32 = 4096

    private let listener: any Channel
    private let connections: Connections

    /// The port it listens on.
    public let port: Int

    private init(_ listener: any Channel, _ connections: Connections) {
        self.listener = listener
        self.connections = connections
        port = listener.localAddress?.port ?? 0
    }

    /// Starts listening.
    ///
    /// - Parameters:
    ///   - host: a literal address or a name; the server has no access control, so keep it loopback's.
    ///   - port: 0 takes a free one.
    /// - Returns: the server, which goes on until `shutdown`.
    /// - Throws: `StartError` when the address can't be had.
    public static func start(host: String = "127.0.0.1", port: Int = 4000) async throws(StartError) -> DemoServer {
        let hub = DemoHub()
        let connections = Connections()
        do {
            let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .serverChannelOption(.backlog, value: backlog)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        connections.add(channel)
                        try addHandlers(to: channel, hub)
                    }
                }
                .bind(host: host, port: port)
                .get()
            return DemoServer(listener, connections)
        } catch {
            throw StartError(description: "the demo server can't listen on \(host) port \(port): is it taken?")
        }
    }

    /// Stops as a draining Phoenix does: no further connections, each websocket closed with 1012, or 1000 where nothing
    /// is joined.
    ///
    /// Returns when all have ended; a client that doesn't answer is cut off after 2 seconds.
    public func shutdown() async {
        try? await listener.close()
        for channel in connections.all {
            channel.pipeline.fireUserInboundEventTriggered(DemoWebSocketHandler.Stop())
        }
        for channel in connections.all { try? await channel.closeFuture.get() }
    }

    private static func addHandlers(to channel: any Channel, _ hub: DemoHub) throws {
        let handshake = DemoHandshake()
        let removal = NIOLoopBound(handshake, eventLoop: channel.eventLoop)
        let upgrader = NIOWebSocketServerUpgrader(
            maxFrameSize: maxFrameBytes,
            shouldUpgrade: { channel, head in
                channel.eventLoop.makeSucceededFuture(DemoHandshake.accepts(head) ? HTTPHeaders() : nil)
            },
            upgradePipelineHandler: { channel, _ in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers([
                        NIOWebSocketFrameAggregator(
                            minNonFinalFragmentSize: 0, maxAccumulatedFrameCount: maxFragments,
                            maxAccumulatedFrameSize: maxFrameBytes),
                        DemoWebSocketHandler(hub),
                    ])
                }
            })
        try channel.pipeline.syncOperations.configureHTTPServerPipeline(
            withServerUpgrade: (
                upgraders: [upgrader],
                completionHandler: { $0.pipeline.syncOperations.removeHandler(removal.value, promise: nil) }
            ))
        try channel.pipeline.syncOperations.addHandler(handshake)
    }
}

/// The connections that are open.
private final class Connections: Sendable {
    private let channels = Mutex<[ObjectIdentifier: any Channel]>([:])

    var all: [any Channel] { channels.withLock { Array($0.values) } }

    func add(_ channel: any Channel) {
        let id = ObjectIdentifier(channel)
        channels.withLock { $0[id] = channel }
        channel.closeFuture.whenComplete { _ in self.channels.withLock { _ = $0.removeValue(forKey: id) } }
    }
}
