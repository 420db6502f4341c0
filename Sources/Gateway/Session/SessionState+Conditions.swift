import HTTPCore
import HTTPTypes
import PhoenixChannels

/// `?until`: who waits for a state is answered the moment it is there, or can't come any more.
extension SessionState {
    enum ConditionOutcome {
        case holds(Response)
        case fails(Problem)
        case open
    }

    func outcome(of condition: StateCondition) -> ConditionOutcome {
        switch condition {
        case .connected:
            if isUp { return .holds(.json(json)) }
            return finalCause.map { .fails(.down($0)) } ?? .open
        case .disconnected:
            guard case .disconnected = phase else { return .open }
            return .holds(.json(json))
        case .joined(let name): return joinedOutcome(name)
        case .left(let name):
            guard let topic = topics[name] else { return .fails(.topicNotFound(name)) }
            switch topic.state {
            // What is not joined, and won't be unless that is asked for, is not there to be left any more.
            case .left, .closed, .rejected: return .holds(.json(topic.json(name)))
            case .errored: return topic.isRejoining ? .open : .holds(.json(topic.json(name)))
            case .joining, .joined, .leaving: return .open
            }
        }
    }

    private func joinedOutcome(_ name: String) -> ConditionOutcome {
        if let topic = topics[name], topic.state == .joined { return .holds(.json(topic.json(name))) }
        switch loss(of: name) {
        case .topic(let problem): return .fails(problem)
        case .connection(let cause): return .fails(.down(cause))
        case nil: return .open
        }
    }

    /// What keeps a topic from being joined.
    enum Loss {
        case topic(Problem)
        case connection(DownCause)
    }

    /// Why a topic is not joined, nor will be unless that is asked for; nil while it is or may be.
    func loss(of name: String) -> Loss? {
        guard let topic = topics[name] else { return .topic(.topicNotFound(name)) }
        let isExpected: Bool
        switch topic.state {
        case .joined, .joining: isExpected = true
        case .leaving: isExpected = topic.next != nil
        case .errored: isExpected = topic.isRejoining
        case .left, .closed, .rejected: isExpected = false
        }
        guard isExpected else {
            return .topic(topic.failure ?? .notJoined(topic: name, state: topic.state))
        }
        return finalCause.map { .connection($0) }
    }

    /// What a request is told that has waited for a condition in vain.
    func timeout(of condition: StateCondition) -> Problem {
        switch condition {
        case .connected, .joined: .untilTimeout(condition, upstream: upstreamJSON)
        case .disconnected, .left: .untilTimeout(condition)
        }
    }

    /// What a request is told that needs the connection.
    var notConnected: Problem { .notConnected(word, outlook, at: url) }

    /// Whether the session will be connected, where it is not.
    var outlook: Problem.Outlook {
        guard let finalCause else { return .awaited }
        return finalCause.isRefusal ? .refused : .ended
    }

    /// Answers those whose condition holds now, or can't hold any more.
    mutating func checkConditions(_ effects: inout Effects) {
        guard !conditions.isEmpty else { return }
        var open: [(waiter: Waiter, condition: StateCondition)] = []
        for (waiter, condition) in conditions {
            switch outcome(of: condition) {
            case .open: open.append((waiter, condition))
            case .holds(let response): effects.complete(waiter) { $0.fulfill(response) }
            case .fails(let problem): effects.complete(waiter) { $0.fail(problem) }
            }
        }
        conditions = open
    }

    /// Takes back a request that waits for a condition, and says what the topic or session is called in it.
    mutating func takeCondition(_ id: UInt64) -> (waiter: Waiter, condition: StateCondition)? {
        conditions.firstIndex { $0.waiter.id == id }.map { conditions.remove(at: $0) }
    }
}
