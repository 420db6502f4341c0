import PhoenixChannels

/// What of a connection's events the log is to tell.
///
/// States: `idle`, not connected yet or closed on request; `up`; `down`, lost or not to be had, also when that was given up,
/// as a request may have it connected again. None is terminal, and each event fits each of them.
struct UpstreamWatch: Sendable {
    private enum State {
        case idle
        case up(since: Duration)
        case down(since: Duration)
    }

    private var state = State.idle

    /// Takes the next event; nil for those that say nothing of the connection.
    mutating func news(of event: ConnectionEvent, at now: @autoclosure () -> Duration) -> UpstreamNews? {
        switch event {
        case .connected(let attempt): connected(attempt, at: now())
        case .connectFailed(.cancelled, _, _): closed(.failed(.cancelled), at: now())
        case .connectFailed(let error, let attempt, let retryIn): failed(error, attempt, retryIn, at: now())
        case .disconnected(let end, let retryIn):
            end.cause == .requested ? closed(.ended(end), at: now()) : lost(end, retryIn, at: now())
        case .joined, .joinFailed, .left, .topicClosed, .topicError, .message, .replied, .replyLost: nil
        }
    }

    private mutating func connected(_ attempt: Int, at now: Duration) -> UpstreamNews {
        let before = state
        state = .up(since: now)
        switch before {
        case .idle, .up: return UpstreamNews(kind: .connected, attempt: attempt)
        case .down(let since): return UpstreamNews(kind: .reconnected, attempt: attempt, lasted: now - since)
        }
    }

    private mutating func failed(
        _ error: ConnectError, _ attempt: Int, _ retryIn: Duration?, at now: Duration
    ) -> UpstreamNews {
        switch state {
        case .idle, .up: state = .down(since: now)
        case .down: break
        }
        return UpstreamNews(
            kind: retryIn == nil ? .givenUp : .failed, attempt: attempt, cause: .failed(error), retryIn: retryIn)
    }

    private mutating func lost(_ end: Disconnection, _ retryIn: Duration?, at now: Duration) -> UpstreamNews {
        let lasted = timeConnected(at: now)
        state = .down(since: now)
        return UpstreamNews(
            kind: retryIn == nil ? .givenUp : .lost, cause: .ended(end), retryIn: retryIn, lasted: lasted)
    }

    private mutating func closed(_ cause: UpstreamNews.Cause, at now: Duration) -> UpstreamNews {
        let lasted = timeConnected(at: now)
        state = .idle
        return UpstreamNews(kind: .closed, cause: cause, lasted: lasted)
    }

    private func timeConnected(at now: Duration) -> Duration? {
        switch state {
        case .up(let since): now - since
        case .idle, .down: nil
        }
    }
}
