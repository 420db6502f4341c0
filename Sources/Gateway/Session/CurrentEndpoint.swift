import PhoenixChannels
import Synchronization

/// Where a session's next attempt to connect goes, and whom it may share its socket with.
///
/// The connection asks for it at each attempt; it knows nothing of the session, so that neither keeps the other.
final class CurrentEndpoint: Sendable {
    private let state: Mutex<(endpoint: Endpoint, key: ConnectionKey)>
    /// The trace of the request that has made the session, until an attempt was made for it.
    private let trace: Mutex<TraceContext?>

    init(_ endpoint: Endpoint, key: ConnectionKey, trace: TraceContext? = nil) {
        state = Mutex((endpoint, key))
        self.trace = Mutex(trace)
    }

    /// Where the next attempt goes: the first one is part of its request's trace.
    func forAttempt() -> Endpoint {
        let endpoint = value.endpoint
        return trace.withLock { $0.take() }.map { endpoint.adding($0.headers) } ?? endpoint
    }

    var value: (endpoint: Endpoint, key: ConnectionKey) { state.withLock { $0 } }

    func replace(with endpoint: Endpoint, key: ConnectionKey) { state.withLock { $0 = (endpoint, key) } }
}
