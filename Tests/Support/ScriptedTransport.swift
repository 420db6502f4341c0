package import PhoenixChannels
import Synchronization

/// A transport without a network: a test plays the server.
package final class ScriptedTransport: Transport {
    private let opened = Mutex<[ScriptedLink]>([])

    package init() {}

    /// Every link, in the order in which they were asked for.
    package var links: [ScriptedLink] { opened.withLock { $0 } }

    package func open(
        _ endpoint: Endpoint, _ configuration: ConnectionConfiguration, handler: any TransportHandler
    ) -> any TransportLink {
        let link = ScriptedLink(endpoint, handler)
        opened.withLock { $0.append(link) }
        return link
    }
}

/// One websocket of a `ScriptedTransport`.
package final class ScriptedLink: TransportLink {
    private struct State {
        var wakes = 0
        var closeCodes: [UInt16] = []
    }

    package let endpoint: Endpoint
    package let handler: any TransportHandler
    private let state = Mutex(State())

    init(_ endpoint: Endpoint, _ handler: any TransportHandler) {
        self.endpoint = endpoint
        self.handler = handler
    }

    /// How often the event loop was woken.
    package var wakes: Int { state.withLock { $0.wakes } }
    /// The codes of the closes that were asked for.
    package var closeCodes: [UInt16] { state.withLock { $0.closeCodes } }

    package func wake() { state.withLock { $0.wakes += 1 } }
    package func close(code: UInt16) { state.withLock { $0.closeCodes.append(code) } }

    package func accept() { handler.transportOpened(self) }

    /// The frames that were to be sent since the last time, as text where they are.
    package func sent() -> [Frame] { handler.transportTakesFrames() }

    package func sentTexts() -> [String] {
        sent().map { frame in
            switch frame {
            case .text(let bytes): String(decoding: bytes, as: UTF8.self)
            case .binary(let bytes): "binary \(bytes)"
            }
        }
    }

    /// The server sends these text frames in one go.
    package func receive(_ texts: String...) {
        handler.transportReceived(texts.map { .text(Array($0.utf8)) })
    }
}
