import HTTPCore
import PhoenixChannels

/// What the connection tells of a topic.
///
/// Events come some time after they came about, and the session may have left the topic meanwhile, or joined it anew: then
/// the connection, which decides at once, did so on what it knew already. So the events of a join may come late, and must
/// not be taken for those of the next one:
///
/// - While `leaving`, what the channel has come to is told, and changes nothing: a leave that was sent ends with `left`,
///   and nothing else. `ChannelStateMachine` has it so from `leaving`, whichever of the leave's reply, `phx_close`,
///   `phx_error` and the connection's end comes first; a `SharedSocket` tells it in its stead to one of several.
/// - A leave that the connection has nothing to send for is done at once, `left` having been logged then: what comes
///   of the join behind that is not told any more.
/// - A failure or close that finds the connection with a join of the topic is of the join before it: the connection had
///   none when it came about.
/// - `joined` is of the join that stands, and needs no such look: one that was answered is only left by a leave that is
///   sent, during which the topic is `leaving`, or goes with its link, whose end is told before the next one's events. A
///   join that the connection makes of itself finds the topic `isRejoining`, as `topic_error` or the link's end, told
///   before it, has made it; nothing but a leave ends that before the join does.
extension SessionState {
    mutating func applyToTopic(_ event: ConnectionEvent, at time: LogTime, _ effects: inout Effects) {
        switch event {
        case .joined(let name, let response, let rejoin):
            guard isTold(name, isCurrent: isJoinable(name) || topics[name]?.state == .joined) else { return }
            append(.joined(topic: name, response: response, isRejoin: rejoin != nil), at: time)
            if let rejoin { append(.topicGap(topic: name, TopicGap(rejoin)), at: time) }
            guard topics[name]?.state != .leaving else { return }
            topics[name]?.state = .joined
            topics[name]?.isRejoining = false
            topics[name]?.response = response
            presences[name]?.joined()
            answerJoin(name, &effects)
            sendQueued(on: name, &effects)
            arrived(name, &effects)
        case .joinFailed(let name, let failure, let rejoin):
            let isCurrent = isJoinable(name) && !isJoinedSince(name)
            guard isTold(name, isCurrent: isCurrent) else { return }
            append(.joinFailed(topic: name, failure), at: time)
            if rejoin != nil { append(.topicGap(topic: name, .joinFailed), at: time) }
            guard isCurrent else { return }
            settle(name, failure.isFinal ? .rejected : .errored, .joinFailed(name, failure), &effects)
            // Where it was lost with the connection, that is told next, and says why.
            if failure != .lost(.disconnected) { failArrivals(of: name, .joinFailed(name, failure), &effects) }
        case .left(let name):
            guard topics[name]?.state == .leaving else { return }
            append(.left(topic: name), at: time)
            leaveDone(name, &effects)
        case .topicClosed(let name):
            let isCurrent = isChannel(name) && !isJoinedSince(name)
            guard isTold(name, isCurrent: isCurrent) else { return }
            append(.topicClosed(topic: name), at: time)
            guard isCurrent else { return }
            let problem = Problem.channelEnded(name, .closed)
            settle(name, .closed, problem, &effects)
            failArrivals(of: name, problem, &effects)
        case .topicError(let name, let payload):
            let isCurrent = topics[name]?.state == .joined
            guard isTold(name, isCurrent: isCurrent) else { return }
            append(.topicError(topic: name, payload: payload), at: time)
            guard isCurrent else { return }
            settle(name, .errored, .channelEnded(name, .errored), &effects)
            // It is joined anew.
            topics[name]?.isRejoining = true
        case .connected, .connectFailed, .disconnected, .message, .replied, .replyLost:
            break
        }
    }

    /// Whether an event is told: one that changes the topic, or that is late, the join's end not having been told.
    private func isTold(_ name: String, isCurrent: Bool) -> Bool {
        isCurrent || topics[name]?.state == .leaving || topics[name]?.isRejoining == true
    }

    /// Whether a join of the topic is to be answered.
    private func isJoinable(_ name: String) -> Bool {
        topics[name]?.state == .joining || topics[name]?.isRejoining == true
    }

    /// Whether the topic has been joined, and not left since.
    private func isChannel(_ name: String) -> Bool {
        topics[name]?.state == .joined || topics[name]?.isRejoining == true
    }

    /// Whether the topic was joined anew since its join has ended.
    private func isJoinedSince(_ name: String) -> Bool { connection?.has(name) == true }
}

extension TopicGap {
    fileprivate init(_ reason: RejoinReason) {
        switch reason {
        case .reconnect: self = .reconnect
        case .channelError: self = .rejoin
        }
    }
}

extension JoinFailure {
    /// Whether the server has said no, and not just failed to say yes.
    fileprivate var isFinal: Bool {
        switch self {
        case .rejected, .unmatchedTopic, .tooManyChannels, .malformed, .tooLarge: true
        case .lost: false
        }
    }
}
