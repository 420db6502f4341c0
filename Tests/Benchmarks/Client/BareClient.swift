import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket

/// A websocket on NIOWebSocket's handlers and nothing else: fixed frames out, frames in counted and not looked into.
struct BareClient: BenchmarkedClient {
    private static let ping = #"["1","2","rooms:lobby","ping",{}]"#

    private let pump: Pump
    private let channel: any Channel

    init(port: Int) async throws {
        let pump = Pump()
        let upgraded = MultiThreadedEventLoopGroup.singleton.any().makePromise(of: Void.self)
        channel = try await ClientBootstrap(group: upgraded.futureResult.eventLoop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try Self.addUpgrade(to: channel, UpgradeRequestHandler(port: port), pump, upgraded)
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        try await upgraded.futureResult.get()
        self.pump = pump
        _ = try await run(#"["1","1","rooms:lobby","phx_join",{}]"#, window: 1, later: 0, messages: 1)
    }

    func roundTrips(_ count: Int) async throws -> [Duration] {
        try await run(Self.ping, window: 1, later: count - 1, messages: count)
    }

    func inFlight(_ count: Int, window: Int) async throws {
        _ = try await run(Self.ping, window: window, later: count - window, messages: count)
    }

    func burst(_ count: Int, size: Int) async throws {
        let text = #"["1","3","rooms:lobby","burst",{"n":\#(count),"size":\#(size)}]"#
        _ = try await run(text, window: 1, later: 0, messages: count)
    }

    private func run(_ text: String, window: Int, later: Int, messages: Int) async throws -> [Duration] {
        let frame = ByteBuffer(string: text)
        return try await pump.run(window: window, later: later, messages: messages) { count in
            channel.triggerUserOutboundEvent(BareHandler.Send(frame: frame, count: count), promise: nil)
        }
    }

    private static func addUpgrade(
        to channel: any Channel, _ request: UpgradeRequestHandler, _ pump: Pump, _ upgraded: EventLoopPromise<Void>
    ) throws {
        let removal = NIOLoopBound(request, eventLoop: channel.eventLoop)
        let upgrader = NIOWebSocketClientUpgrader(maxFrameSize: 1 << 20) { channel, _ in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(BareHandler(pump))
                upgraded.succeed()
            }
        }
        channel.closeFuture.whenComplete { _ in
            upgraded.fail(Pump.Failure(description: "the bare websocket has ended"))
            pump.fail("the bare websocket has ended")
        }
        try channel.pipeline.syncOperations.addHTTPClientHandlers(
            withClientUpgrade: (
                upgraders: [upgrader],
                completionHandler: { $0.pipeline.syncOperations.removeHandler(removal.value, promise: nil) }
            ))
        try channel.pipeline.syncOperations.addHandler(request)
    }
}
