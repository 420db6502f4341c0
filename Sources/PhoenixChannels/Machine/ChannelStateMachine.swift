/// One topic as its client knows it.
///
/// States: `unjoined` (the first one, and every end), `waiting` to be joined, `joining` until the join's reply, `joined`,
/// `leaving` until the leave's reply or a `phx_close`. A topic that was joined, and lost its connection or its channel,
/// waits to be joined anew; `rejoin` says so, and why. Each join has a `join_ref` of its own, so what an earlier join left
/// behind on the wire is told apart and dropped. A command that doesn't fit throws and changes nothing; a message that
/// doesn't fit is a late one, harmless, and changes nothing either. It is plain bits: to switch over `self` copies nothing.
enum ChannelStateMachine: Equatable, Sendable {
    case unjoined
    /// For the connection, or until a time. Next: `joining`, `unjoined`.
    case waiting(until: Duration?, rejoin: RejoinReason?)
    /// Next: `joined`, `unjoined`, `waiting`, `leaving`.
    case joining(joinRef: Ref, rejoin: RejoinReason?)
    /// Next: `leaving`, `waiting`, `unjoined`.
    case joined(joinRef: Ref)
    /// Next: `unjoined`.
    case leaving(joinRef: Ref)

    /// How a join's reply ended it.
    enum JoinAction: Equatable {
        case joined(response: Payload, rejoin: RejoinReason?)
        case failed(JoinFailure, rejoin: RejoinReason?)
        case ignored
    }

    /// What the end of a channel, by `phx_close` or `phx_error`, means to its client.
    enum EndAction: Equatable {
        /// The first join will not succeed.
        case joinFailed
        /// A join anew has not succeeded; it is to be tried again.
        case rejoinFailed(RejoinReason)
        case left
        /// Unasked for.
        case ended
        case ignored
    }

    /// Wants the topic joined, at once or when the connection is there.
    mutating func join() throws(CommandError) {
        switch self {
        case .unjoined: self = .waiting(until: nil, rejoin: nil)
        case .waiting(.some, let rejoin): self = .waiting(until: nil, rejoin: rejoin)
        case .waiting, .joining, .joined: throw .alreadyJoined
        case .leaving: throw .leaving
        }
    }

    /// Whether its join can be sent at `now`, the connection being there.
    func isDue(at now: Duration) -> Bool {
        guard case .waiting(let until, _) = self else { return false }
        return until ?? now <= now
    }

    /// The join is sent.
    mutating func sent(_ joinRef: Ref) {
        guard case .waiting(_, let rejoin) = self else { return }
        self = .joining(joinRef: joinRef, rejoin: rejoin)
    }

    /// A join that can't be sent.
    ///
    /// - Returns: why the topic was to be joined anew, if it was.
    mutating func refused() -> RejoinReason? {
        guard case .waiting(_, let rejoin) = self else { return nil }
        self = .unjoined
        return rejoin
    }

    /// Waits to be joined anew.
    mutating func wait(until: Duration?, _ rejoin: RejoinReason) { self = .waiting(until: until, rejoin: rejoin) }

    /// Leaves a topic that is joined, or about to be.
    ///
    /// - Returns: the join that is left; nil when the server doesn't know of it, and all is done.
    mutating func leave() throws(CommandError) -> Ref? {
        switch self {
        case .joining(let joinRef, _), .joined(let joinRef):
            self = .leaving(joinRef: joinRef)
            return joinRef
        case .waiting:
            self = .unjoined
            return nil
        case .unjoined: throw .notJoined
        case .leaving: throw .leaving
        }
    }

    /// The join that a push belongs to.
    func push() throws(CommandError) -> Ref {
        switch self {
        case .joined(let joinRef): return joinRef
        case .unjoined, .waiting, .joining, .leaving: throw .notJoined
        }
    }

    /// The join was answered; nil stands for what can't be read as a reply.
    mutating func joinReplied(_ reply: Reply?) -> JoinAction {
        switch self {
        case .joining(let joinRef, let rejoin):
            guard let reply, reply.status == "ok" else {
                self = .unjoined
                return .failed(reply.map { JoinFailure($0) } ?? .malformed, rejoin: rejoin)
            }
            self = .joined(joinRef: joinRef)
            return .joined(response: reply.response, rejoin: rejoin)
        case .unjoined, .waiting, .joined, .leaving:
            return .ignored
        }
    }

    /// The leave was answered.
    mutating func leaveReplied() -> EndAction {
        switch self {
        case .leaving:
            self = .unjoined
            return .left
        case .unjoined, .waiting, .joining, .joined:
            return .ignored
        }
    }

    /// `phx_close` or `phx_error` came, for the join `joinRef`, or for whichever there is.
    mutating func ended(joinRef: WireRef?) -> EndAction {
        guard isCurrent(joinRef) else { return .ignored }
        switch self {
        case .unjoined, .waiting: return .ignored
        case .joining(_, let rejoin):
            self = .unjoined
            return rejoin.map { .rejoinFailed($0) } ?? .joinFailed
        case .joined:
            self = .unjoined
            return .ended
        case .leaving:
            self = .unjoined
            return .left
        }
    }

    /// Whether a message is for this channel; a broadcast has no join_ref, and comes only behind the join's reply.
    func takes(joinRef: WireRef?) -> Bool {
        switch self {
        case .unjoined, .waiting: false
        case .joining: joinRef != nil && isCurrent(joinRef)
        case .joined, .leaving: isCurrent(joinRef)
        }
    }

    /// The join that pushes whose replies may come belong to.
    var joinRef: Ref? {
        switch self {
        case .unjoined, .waiting, .joining: nil
        case .joined(let joinRef), .leaving(let joinRef): joinRef
        }
    }

    private func isCurrent(_ joinRef: WireRef?) -> Bool {
        guard let joinRef else { return true }
        switch self {
        case .unjoined, .waiting: return false
        case .joining(let current, _), .joined(let current), .leaving(let current): return joinRef.ref == current
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
