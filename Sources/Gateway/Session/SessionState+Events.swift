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
            // A session that is not made can be asked for again, whatever this one's prospects were.
            let problem = notConnected
            if closing == nil { failArrivals({ $0 ? problem : .connectionLost }, &effects) }
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

    /// Without a connection there are no channels: what was joined is errored, until it is joined anew on the next one.
    private mutating func connectionEnded(_ effects: inout Effects) {
        let problem = notConnected
        for name in topicOrder where topics[name]?.state == .joined || topics[name]?.isRejoining == true {
            let waiters = topics[name]?.waiters ?? []
            topics[name]?.state = .errored
            topics[name]?.isRejoining = true
            topics[name]?.response = nil
            topics[name]?.waiters = []
            for waiter in waiters { effects.fail(waiter, problem) }
            failQueued(on: name, problem, &effects)
        }
    }
}
