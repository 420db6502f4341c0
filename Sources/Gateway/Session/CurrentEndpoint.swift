import PhoenixChannels
import Synchronization

/// Where a session's next attempt to connect goes, and whom it may share its socket with.
///
/// The connection asks for it at each attempt; it knows nothing of the session, so that neither keeps the other.
final class CurrentEndpoint: Sendable {
    private let state: Mutex<(endpoint: Endpoint, key: ConnectionKey)>

    init(_ endpoint: Endpoint, key: ConnectionKey) {
        state = Mutex((endpoint, key))
    }

    var value: (endpoint: Endpoint, key: ConnectionKey) { state.withLock { $0 } }

    func replace(with endpoint: Endpoint, key: ConnectionKey) { state.withLock { $0 = (endpoint, key) } }
}
