import HTTPCore
import HTTPTypes
import PhoenixChannels

/// Requests that want the session connected and topics joined: answered when it is so, or can't be.
extension SessionState {
    /// The answer to an arrival that has all it wants.
    private func response(to arrival: Arrival) -> Response {
        switch arrival.form {
        case .creation: created(.created)
        case .attachment, .connect: .json(json(since: arrival.waiter.since))
        }
    }

    /// Answers those that have all they want.
    mutating func answerArrivals(_ effects: inout Effects) {
        guard isUp, arrivals.contains(where: \.missing.isEmpty) else { return }
        isProvisional = false
        let done = arrivals.filter(\.missing.isEmpty)
        arrivals.removeAll(where: \.missing.isEmpty)
        for arrival in done {
            let response = response(to: arrival)
            effects.complete(arrival.waiter) { $0.fulfill(response) }
        }
    }

    /// The topic is joined, or need not be waited for any more.
    mutating func arrived(_ topic: String, _ effects: inout Effects) {
        guard !arrivals.isEmpty else { return }
        for index in arrivals.indices { arrivals[index].missing.remove(topic) }
        answerArrivals(&effects)
    }

    /// The connection can't be made, or is gone.
    mutating func failArrivals(_ problem: (_ sessionKept: Bool) -> Problem, _ effects: inout Effects) {
        guard !arrivals.isEmpty else { return }
        let problem = problem(!isProvisional)
        for arrival in arrivals { fail(arrival, problem, sessionKept: !isProvisional, &effects) }
        arrivals = []
        if isProvisional { endUnmade(&effects) }
    }

    /// A topic won't be joined: who listed it is told, and a session that was to have it is not made.
    mutating func failArrivals(of topic: String, _ problem: Problem, _ effects: inout Effects) {
        guard arrivals.contains(where: { $0.missing.contains(topic) }) else { return }
        if isProvisional { return failArrivals({ _ in problem.ofCreation }, &effects) }
        let failed = arrivals.filter { $0.form != .connect && $0.missing.contains(topic) }
        arrivals.removeAll { $0.form != .connect && $0.missing.contains(topic) }
        for arrival in failed { effects.fail(arrival.waiter, problem) }
        arrived(topic, &effects)
    }

    /// The wait of an arrival is over.
    mutating func timeOutArrival(_ id: UInt64, _ effects: inout Effects) {
        guard let arrival = takeArrival(id) else { return }
        let isLast = isUnwanted
        let problem = timeout(of: arrival, sessionKept: !isLast)
        fail(arrival, problem, sessionKept: !isLast, &effects)
        if isLast { endUnmade(&effects) }
    }

    /// Answers an arrival; a session that is not kept has no log to look into.
    private func fail(_ arrival: Arrival, _ problem: Problem, sessionKept: Bool, _ effects: inout Effects) {
        if sessionKept {
            effects.fail(arrival.waiter, problem)
        } else {
            effects.complete(arrival.waiter) { $0.fail(problem) }
        }
    }

    /// What an arrival still waits for: the connection, or a topic.
    func timeout(of arrival: Arrival, sessionKept: Bool) -> Problem {
        guard isUp, let topic = topicOrder.first(where: arrival.missing.contains) else {
            return .connectTimeout(sessionKept: sessionKept)
        }
        return .joinTimeout(topic, sessionKept: sessionKept)
    }

    /// The client of an arrival has gone: a session that nobody else was told of ends with it.
    mutating func abandonArrival(_ id: UInt64, _ effects: inout Effects) {
        guard let arrival = takeArrival(id) else { return }
        effects.complete(arrival.waiter) { _ in }
        if isUnwanted { endUnmade(&effects) }
    }

    /// Whether nobody knows of the session, or wants it any more.
    ///
    /// Before it has started, whoever makes it still does.
    private var isUnwanted: Bool { isProvisional && arrivals.isEmpty && connection != nil }

    private mutating func takeArrival(_ id: UInt64) -> Arrival? {
        arrivals.firstIndex { $0.waiter.id == id }.map { arrivals.remove(at: $0) }
    }

    /// The session can't be made as it was wanted: nothing is left behind.
    private mutating func endUnmade(_ effects: inout Effects) {
        end(.deleted, isRemembered: false, &effects)
    }
}
