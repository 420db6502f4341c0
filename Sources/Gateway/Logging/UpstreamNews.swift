import PhoenixChannels

/// What the log is to tell of a connection to an upstream.
struct UpstreamNews: Sendable, Equatable {
    /// What has happened; where lines were left out they are counted by these words.
    enum Kind: String, Sendable, CaseIterable {
        case connected, reconnected, failed, lost
        case givenUp = "given_up"
        /// As it was asked for.
        case closed
    }

    enum Cause: Sendable, Equatable {
        case failed(ConnectError)
        case ended(Disconnection)
    }

    var kind: Kind
    /// The attempt that has succeeded or failed, since the connection was last down.
    var attempt: Int?
    var cause: Cause?
    /// When the next attempt is made, if there is to be one.
    var retryIn: Duration?
    /// How long it was connected, of one that was; how long it was down, of one that is connected again.
    var lasted: Duration?

    /// The same of a client that is to be lost at any time, and then replaced: nothing is given up by its loss.
    var ofReplaceable: UpstreamNews {
        guard kind == .givenUp, case .ended = cause else { return self }
        var copy = self
        copy.kind = .lost
        return copy
    }

    /// The same of a connection that nobody wants any more: there is no other attempt.
    var final: UpstreamNews {
        switch kind {
        case .connected, .reconnected, .closed, .givenUp: return self
        case .failed, .lost:
            var copy = self
            (copy.kind, copy.retryIn) = (.givenUp, nil)
            return copy
        }
    }
}
