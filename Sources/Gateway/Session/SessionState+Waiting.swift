import HTTPCore
import HTTPTypes
import PhoenixChannels

/// How those who wait are answered when what they wait for doesn't come.
extension SessionState {
    /// The wait is over.
    ///
    /// Harmless when the waiter was answered.
    mutating func timeOut(_ id: UInt64, at place: Waiter.Place, _ effects: inout Effects) {
        switch place {
        case .arrival:
            timeOutArrival(id, &effects)
        case .disconnect:
            guard let waiter = takeDisconnect(id) else { return }
            effects.fail(waiter, .disconnectTimeout)
        case .condition:
            guard let (waiter, condition) = takeCondition(id) else { return }
            let problem = timeout(of: condition)
            effects.complete(waiter) { $0.fail(problem) }
        case .topic(let name):
            let isLeaving = topics[name]?.state == .leaving && topics[name]?.waiters.contains { $0.id == id } == true
            guard let waiter = takeTopicWaiter(id, of: name) else { return }
            let problem: Problem = isLeaving ? .leaveTimeout(name) : .joinTimeout(name, sessionKept: true)
            effects.fail(waiter, problem)
        case .reply(let ref): timeOutReply(id, to: ref, &effects)
        case .push(let topic): timeOutPush(id, on: topic, &effects)
        case .presence(let topic): timeOutPresence(id, of: topic, &effects)
        case .log:
            guard let (waiter, reader) = takeReader(id) else { return }
            effects.complete(waiter) { reader.answerTimeout(to: $0) }
        }
    }

    /// The client has gone.
    ///
    /// Harmless when the waiter was answered.
    mutating func abandon(_ id: UInt64, at place: Waiter.Place, _ effects: inout Effects) {
        if place == .arrival { return abandonArrival(id, &effects) }
        let waiter: Waiter? =
            switch place {
            case .arrival: nil
            case .disconnect: takeDisconnect(id)
            case .condition: takeCondition(id)?.waiter
            case .topic(let name): takeTopicWaiter(id, of: name)
            case .reply(let ref): replies.take(id, of: ref)?.waiter
            case .push(let topic): takePushWaiter(id, on: topic)
            case .presence(let topic): takePresenceWaiter(id, of: topic)?.waiter
            case .log: takeReader(id)?.waiter
            }
        if let waiter { effects.complete(waiter) { _ in } }
    }

    /// Ends the session and answers all who wait.
    ///
    /// Harmless when it has ended. One that never came to be is not remembered.
    mutating func end(_ reason: EndReason, isRemembered: Bool = true, _ effects: inout Effects) {
        guard !hasEnded else { return }
        let problem: Problem = reason == .draining ? .draining : sessionEnded(reason)
        for (waiter, reader) in readers {
            var reader = reader
            // It may not have looked since the log has grown.
            let page = reason == .draining ? reader.advance(in: log) : nil
            effects.complete(waiter) { [reader] promise in
                if let page {
                    promise.fulfill(reader.response(page))
                } else if reason == .draining {
                    reader.answerDrain(to: promise)
                } else {
                    promise.fail(problem)
                }
            }
        }
        endStreams(reason == .draining ? .draining : .sessionEnded, &effects)
        for (ref, waiting) in replies.takeAll() {
            let name = log.name(of: ref)
            let unanswered: Problem =
                reason == .draining ? .drainingUnanswered(ref: name) : problem.with("ref", name).with(sent: true)
            effects.complete(waiting.waiter) { $0.fail(unanswered) }
        }
        endPresences(reason, problem, &effects)
        for name in topicOrder {
            failQueued(on: name, problem, &effects)
            let waiters = (topics[name]?.waiters ?? []) + (topics[name]?.next?.waiters ?? [])
            for waiter in waiters { effects.complete(waiter) { $0.fail(problem) } }
            // The close that follows sends what is in the outbox.
            if topics[name]?.state == .joined { _ = try? connection?.leave(name) }
        }
        let others = arrivals.map(\.waiter) + conditions.map(\.waiter) + (closing?.waiters ?? [])
        for waiter in others { effects.complete(waiter) { $0.fail(problem) } }
        (readers, topics, topicOrder, arrivals, conditions, closing) = ([], [:], [], [], [], nil)
        // Whoever still knows the session, as a key's request does, asks of no reply any more.
        replies = replies.emptied
        phase = .ended(reason)
        ending = Ending(connection: connection, reason: isRemembered ? reason : nil)
        connection = nil
    }

    private mutating func takeTopicWaiter(_ id: UInt64, of name: String) -> Waiter? {
        if let index = topics[name]?.waiters.firstIndex(where: { $0.id == id }) {
            return topics[name]?.waiters.remove(at: index)
        }
        if let index = topics[name]?.next?.waiters.firstIndex(where: { $0.id == id }) {
            return topics[name]?.next?.waiters.remove(at: index)
        }
        return nil
    }

    private mutating func takeDisconnect(_ id: UInt64) -> Waiter? {
        closing?.waiters.firstIndex { $0.id == id }.flatMap { closing?.waiters.remove(at: $0) }
    }

    private mutating func takeReader(_ id: UInt64) -> (waiter: Waiter, reader: Reader)? {
        readers.firstIndex { $0.waiter.id == id }.map { readers.remove(at: $0) }
    }
}
