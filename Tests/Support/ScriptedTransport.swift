package import PhoenixChannels
import Synchronization

/// A transport without a network: a test plays the server.
package final class ScriptedTransport: Transport {
    private struct Time {
        var now = Duration.zero
        var scheduled: [(at: Duration, action: @Sendable () -> Void)] = []
    }

    private let opened = Mutex<[ScriptedLink]>([])
    private let time = Mutex(Time())

    package init() {}

    /// Every link, in the order in which they were asked for.
    package var links: [ScriptedLink] { opened.withLock { $0 } }

    package var now: Duration { time.withLock { $0.now } }

    package func schedule(after delay: Duration, _ action: @escaping @Sendable () -> Void) {
        time.withLock { $0.scheduled.append((at: $0.now + delay, action: action)) }
    }

    /// How many actions wait for their time.
    package var scheduledCount: Int { time.withLock { $0.scheduled.count } }

    /// Lets time pass, and runs what is scheduled meanwhile, each at its time.
    package func advance(_ duration: Duration = .zero) {
        let end = time.withLock { $0.now } + duration
        while let action = next(until: end) { action() }
        time.withLock { $0.now = end }
    }

    private func next(until end: Duration) -> (@Sendable () -> Void)? {
        time.withLock { time in
            guard let index = time.scheduled.indices.min(by: { time.scheduled[$0].at < time.scheduled[$1].at }),
                time.scheduled[index].at <= end
            else { return nil }
            let (at, action) = time.scheduled.remove(at: index)
            time.now = max(time.now, at)
            return action
        }
    }

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
        var drops = 0
        var onWake: (@Sendable () -> Void)?
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

    /// How often it was dropped.
    package var drops: Int { state.withLock { $0.drops } }

    package func drop() { state.withLock { $0.drops += 1 } }

    package func wake() {
        let action = state.withLock { state in
            state.wakes += 1
            return state.onWake
        }
        action?()
    }

    /// Runs `action` each time that the event loop is woken, on the thread that wakes it.
    package func onWake(_ action: @escaping @Sendable () -> Void) { state.withLock { $0.onWake = action } }

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
