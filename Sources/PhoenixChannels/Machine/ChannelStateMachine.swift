/// One topic as its client knows it.
///
/// States: `unjoined` (the first one, and every end), `joining` until the join's reply, `joined`, `leaving` until the
/// leave's reply or a `phx_close`. Each join has a `join_ref` of its own, so what an earlier join left behind on the wire
/// is told apart and dropped. A command that doesn't fit throws and changes nothing; a message that doesn't fit is a
/// late one, harmless, and changes nothing either. It is plain bits: to switch over `self` copies nothing.
enum ChannelStateMachine: Equatable, Sendable {
    case unjoined
    /// Next: `joined`, `unjoined`, `leaving`.
    case joining(joinRef: Ref)
    /// Next: `leaving`, `unjoined`.
    case joined(joinRef: Ref)
    /// Next: `unjoined`.
    case leaving(joinRef: Ref)

    /// How a join's reply ended it.
    enum JoinAction: Equatable {
        case joined(response: Payload)
        case failed(JoinFailure)
        case ignored
    }

    /// What the end of a channel, by `phx_close` or `phx_error`, means to its client.
    enum EndAction: Equatable {
        case joinFailed
        case left
        /// Unasked for.
        case ended
        case ignored
    }

    mutating func join(_ joinRef: Ref) throws(CommandError) {
        switch self {
        case .unjoined: self = .joining(joinRef: joinRef)
        case .joining, .joined: throw .alreadyJoined
        case .leaving: throw .leaving
        }
    }

    /// Leaves a topic that is joined, or about to be.
    ///
    /// - Returns: the join that is left.
    mutating func leave() throws(CommandError) -> Ref {
        switch self {
        case .joining(let joinRef), .joined(let joinRef):
            self = .leaving(joinRef: joinRef)
            return joinRef
        case .unjoined: throw .notJoined
        case .leaving: throw .leaving
        }
    }

    /// The join that a push belongs to.
    func push() throws(CommandError) -> Ref {
        switch self {
        case .joined(let joinRef): return joinRef
        case .unjoined, .joining, .leaving: throw .notJoined
        }
    }

    mutating func joinReplied(_ reply: Reply) -> JoinAction {
        switch self {
        case .joining(let joinRef) where reply.status == "ok":
            self = .joined(joinRef: joinRef)
            return .joined(response: reply.response)
        case .joining:
            self = .unjoined
            return .failed(JoinFailure(reply))
        case .unjoined, .joined, .leaving:
            return .ignored
        }
    }

    /// The leave was answered.
    mutating func leaveReplied() -> EndAction {
        switch self {
        case .leaving:
            self = .unjoined
            return .left
        case .unjoined, .joining, .joined:
            return .ignored
        }
    }

    /// `phx_close` or `phx_error` came, for the join `joinRef`, or for whichever there is.
    mutating func ended(joinRef: WireRef?) -> EndAction {
        guard isCurrent(joinRef) else { return .ignored }
        defer { self = .unjoined }
        switch self {
        case .unjoined: return .ignored
        case .joining: return .joinFailed
        case .joined: return .ended
        case .leaving: return .left
        }
    }

    /// Whether a message is for this channel; a broadcast has no join_ref, and comes only behind the join's reply.
    func takes(joinRef: WireRef?) -> Bool {
        switch self {
        case .unjoined: false
        case .joining: joinRef != nil && isCurrent(joinRef)
        case .joined, .leaving: isCurrent(joinRef)
        }
    }

    private func isCurrent(_ joinRef: WireRef?) -> Bool {
        guard let joinRef else { return true }
        switch self {
        case .unjoined: return false
        case .joining(let current), .joined(let current), .leaving(let current): return joinRef.ref == current
        }
    }
}

extension JoinFailure {
    /// Tells the server's own refusals from the application's by their words, as Phoenix gives them no other mark.
    ///
    /// Phoenix `lib/phoenix/socket.ex`, `lib/phoenix/channel/server.ex`.
    init(_ reply: Reply) {
        guard case .json(let response) = reply.response, response.slice.members().count == 1 else {
            self = .rejected(reply)
            return
        }
        switch response.slice.member("reason")?.string {
        case "unmatched topic": self = .unmatchedTopic(reply)
        case "too many channels joined": self = .tooManyChannels(reply)
        case .some, nil: self = .rejected(reply)
        }
    }
}
