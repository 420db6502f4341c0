import PhoenixChannels

/// What the pool of clients asks a session that nobody else knows.
extension Session {
    /// Whether a call can use it as it is.
    func isReady(for topic: String) -> Bool {
        peek { state in
            guard case .connected = state.phase else { return false }
            return state.topics[topic]?.state == .joined
        }
    }

    /// Where its log is now.
    var latest: Cursor { peek { $0.log.latest } }

    /// When it was connected last, by the deadlines' clock.
    var connectedAt: Duration? { peek { $0.connectedAt } }
}
