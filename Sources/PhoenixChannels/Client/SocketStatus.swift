/// How a socket's connection is doing.
public enum SocketStatus: Sendable, Equatable {
    /// The first attempt is on its way.
    case connecting
    /// The websocket is open, at this attempt since it was last down.
    case connected(attempt: Int)
    /// An attempt failed; the next one is made after `retryIn`, if there is to be one.
    case connectFailed(ConnectError, attempt: Int, retryIn: Duration?)
    /// The websocket has ended, with its close code and the cause; the next attempt is made after `retryIn`, if there is to
    /// be one.
    case disconnected(Disconnection, retryIn: Duration?)

    /// Whether it stays as it is: nothing more will happen.
    public var isFinal: Bool {
        switch self {
        case .connecting, .connected: false
        case .connectFailed(_, _, let retryIn), .disconnected(_, let retryIn): retryIn == nil
        }
    }
}
