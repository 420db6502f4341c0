import PhoenixChannels
import Synchronization

/// The sockets that sessions share: those with equal connection members use one, as long as their topics' params agree.
final class SharedSockets: Sendable {
    private let transport: any Transport
    private let log: UpstreamLog?
    private let state = Mutex<[ConnectionKey: [SharedSocket]]>([:])

    init(transport: any Transport, log: UpstreamLog? = nil) {
        self.transport = transport
        self.log = log
    }

    /// Those that have this key, the oldest first.
    func sockets(_ key: ConnectionKey) -> [SharedSocket] { state.withLock { $0[key] ?? [] } }

    /// Makes another one; it isn't opened yet.
    func make(_ key: ConnectionKey, _ endpoint: Endpoint, _ configuration: ConnectionConfiguration) -> SharedSocket {
        let socket = SharedSocket(key, endpoint, configuration, transport, log: log) { [weak self] socket in
            self?.remove(socket, key)
        }
        state.withLock { $0[key, default: []].append(socket) }
        return socket
    }

    /// Runs once no connection's lock is held.
    func later(_ action: @escaping @Sendable () -> Void) { transport.schedule(after: .zero, action) }

    private func remove(_ socket: SharedSocket, _ key: ConnectionKey) {
        state.withLock { state in
            state[key]?.removeAll { $0 === socket }
            if state[key]?.isEmpty == true { state[key] = nil }
        }
    }
}
