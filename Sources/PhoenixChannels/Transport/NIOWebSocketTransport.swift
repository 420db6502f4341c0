import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket

/// Websockets on SwiftNIO's event loops, the process's own shared ones.
package struct NIOWebSocketTransport: Transport {
    /// Fragments of one message that are put together, at the most.
    static let maxFragments = 1024

    package init() {}

    package func open(
        _ endpoint: Endpoint, _ configuration: ConnectionConfiguration, handler: any TransportHandler
    ) -> any TransportLink {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let link = NIOWebSocketLink(loop, endpoint, configuration, handler)
        loop.execute { link.connect() }
        return link
    }
}
