import HTTPCore
import PhoenixChannels

/// What the connection tells: logged, applied to the topics, and answered to those who wait for it.
extension SessionState {
    mutating func apply(_ event: ConnectionEvent, at time: Int64, _ effects: inout Effects) {
        // What holds for a moment only is seen by those who wait for it.
        defer {
            checkConditions(&effects)
            checkLifelines(&effects)
        }
        switch event {
        case .connected(let attempt):
            append(.connected(attempt: attempt), at: time)
            phase = .connected
            let rejoining = topicOrder.filter { topics[$0]?.isRejoining == true }
            for name in rejoining { topics[name]?.state = .joining }
            for index in arrivals.indices { arrivals[index].missing.formUnion(rejoining) }
            answerArrivals(&effects)
        case .connectFailed(let error, let attempt, let retryIn):
            append(.connectFailed(error, attempt: attempt, retryIn: retryIn), at: time)
            if closing == nil {
                phase = .disconnected(.connectFailed(error), retryIn: retryIn)
                failArrivals({ .connectFailed(error, sessionKept: $0) }, &effects)
            } else {
                phase = .disconnected(.lost(Disconnection(cause: .requested)), retryIn: nil)
            }
            connectionEnded(&effects)
            if retryIn == nil { finishClosing(&effects) }
        case .disconnected(let end, let retryIn):
            append(.disconnected(end), at: time)
            phase = .disconnected(.lost(end), retryIn: retryIn)
            // Those that came after a disconnect was asked for wait for what comes after it.
            if closing == nil { failArrivals({ _ in .notConnected("disconnected") }, &effects) }
            connectionEnded(&effects)
            if retryIn == nil { finishClosing(&effects) }
        case .message(let topic, let name, let payload):
            notePresence(topic, name, payload)
            append(.message(topic: topic, event: name, payload: payload), at: time)
        case .replied(let topic, let ref, let reply):
            append(.reply(topic: topic, ref: ref, reply), at: time)
            replied(ref, reply, at: time, &effects)
        case .replyLost(_, let ref, let loss):
            let name = log.name(of: ref)
            guard let (cursor, waiters) = replies.lose(ref, loss) else { break }
            for waiting in waiters {
                effects.complete(waiting.waiter) { $0.fail(.replyLost(ref: name, cursor: cursor, loss)) }
            }
        case .joined, .joinFailed, .left, .topicClosed, .topicError:
            applyToTopic(event, at: time, &effects)
        }
    }

    private mutating func replied(_ ref: Ref, _ reply: Reply, at time: Int64, _ effects: inout Effects) {
        let name = log.name(of: ref)
        guard let entry = log[log.last] else { return }
        // Where the log was before a push that is not kept any more isn't known: its start misses nothing.
        let (cursor, waiters) = replies.answer(
            ref, sequence: entry.sequence, status: reply.status, orSince: log.cursor(0))
        for waiting in waiters {
            effects.complete(waiting.waiter) { promise in
                do throws(Problem) {
                    promise.fulfill(try waiting.form.response(entry, ref: name, cursor: cursor))
                } catch {
                    promise.fail(error)
                }
            }
        }
    }

    private mutating func applyToTopic(_ event: ConnectionEvent, at time: Int64, _ effects: inout Effects) {
        switch event {
        // It was left at once, while this was on its way.
        case .topicError(let topic, _) where topics[topic]?.state == .left: break
        case .joined(let topic, let response, let rejoin):
            append(.joined(topic: topic, response: response, isRejoin: rejoin != nil), at: time)
            if let rejoin { append(.topicGap(topic: topic, TopicGap(rejoin)), at: time) }
            // It is being left, which was asked for while this was on its way: that is done next.
            if topics[topic]?.state == .leaving { return }
            topics[topic]?.state = .joined
            topics[topic]?.isRejoining = false
            topics[topic]?.response = response
            presences[topic]?.joined()
            answerJoin(topic, &effects)
            sendQueued(on: topic, &effects)
            arrived(topic, &effects)
        case .joinFailed(let topic, let failure, let rejoin):
            append(.joinFailed(topic: topic, failure), at: time)
            if rejoin != nil { append(.topicGap(topic: topic, .joinFailed), at: time) }
            settle(topic, failure.isFinal ? .rejected : .errored, .joinFailed(topic, failure), &effects)
            // Where it was lost with the connection, that is told next, and says why.
            if failure != .lost(.disconnected) {
                failArrivals(of: topic, .joinFailed(topic, failure), &effects)
            }
        case .left(let topic):
            append(.left(topic: topic), at: time)
            leaveDone(topic, .left, &effects)
        case .topicClosed(let topic):
            append(.topicClosed(topic: topic), at: time)
            leaveDone(topic, .closed, &effects)
        case .topicError(let topic, let payload):
            append(.topicError(topic: topic, payload: payload), at: time)
            leaveDone(topic, .errored, &effects)
            topics[topic]?.isRejoining = true
        case .connected, .connectFailed, .disconnected, .message, .replied, .replyLost:
            break
        }
    }

    /// Without a connection there are no channels: what was joined is errored, until it is joined anew on the next one.
    private mutating func connectionEnded(_ effects: inout Effects) {
        for name in topicOrder where topics[name]?.state == .joined || topics[name]?.isRejoining == true {
            let waiters = topics[name]?.waiters ?? []
            topics[name]?.state = .errored
            topics[name]?.isRejoining = true
            topics[name]?.response = nil
            topics[name]?.waiters = []
            for waiter in waiters { effects.fail(waiter, .notConnected("disconnected")) }
            failQueued(on: name, .notConnected("disconnected"), &effects)
        }
    }
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
