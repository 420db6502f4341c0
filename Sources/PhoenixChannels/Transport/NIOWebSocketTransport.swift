import NIOCore
import NIOPosix
import Synchronization

/// Websockets on SwiftNIO's event loops, the process's own shared ones.
package final class NIOWebSocketTransport: Transport {
    private let open = Atomic<Int>(0)

    private let start = ContinuousClock.now
    private let loops: any EventLoopGroup
    /// Looks names up; nil for the system's way.
    private let resolver: (any Resolver & Sendable)?

    package convenience init() { self.init(resolver: nil) }

    init(
        resolver: (any Resolver & Sendable)?, loops: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) {
        self.resolver = resolver
        self.loops = loops
    }

    package var now: Duration { ContinuousClock.now - start }

    /// Who calls it on one of the loops, which is awake then, wakes no other.
    package func schedule(after delay: Duration, _ action: @escaping @Sendable () -> Void) {
        loops.any().scheduleTask(in: TimeAmount(delay)) { action() }
    }

    package func turn(_ action: @escaping @Sendable () -> Void) {
        EventLoopFuture.andAllSucceed(loops.makeIterator().map { $0.submit {} }, on: loops.next())
            .whenSuccess { _ in action() }
    }

    /// Websockets that are open, being opened or being closed.
    package var openCount: Int { open.load(ordering: .acquiring) }

    package func open(
        _ endpoint: Endpoint, _ configuration: ConnectionConfiguration, handler: any TransportHandler
    ) -> any TransportLink {
        let loop = loops.next()
        open.add(1, ordering: .acquiringAndReleasing)
        let link = NIOWebSocketLink(loop, endpoint, configuration, handler, resolver) { [self] in
            open.subtract(1, ordering: .acquiringAndReleasing)
        }
        loop.execute { link.connect() }
        return link
    }
}
