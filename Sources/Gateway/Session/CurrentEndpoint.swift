import PhoenixChannels
import Synchronization

/// Where a session's next attempt to connect goes.
///
/// The connection asks for it at each attempt; it knows nothing of the session, so that neither keeps the other.
final class CurrentEndpoint: Sendable {
    private let state: Mutex<Endpoint>

    init(_ endpoint: Endpoint) {
        state = Mutex(endpoint)
    }

    var value: Endpoint { state.withLock { $0 } }

    func replace(with endpoint: Endpoint) { state.withLock { $0 = endpoint } }
}
