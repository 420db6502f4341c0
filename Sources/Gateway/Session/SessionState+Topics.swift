import HTTPCore
import HTTPTypes
import PhoenixChannels

/// How topics change, and who is answered when they do.
extension SessionState {
    /// What comes of asking the connection to join.
    enum JoinStart {
        case begun
        /// A join is on its way already, and keeps the params it has.
        case underWay
        case refused(Problem)
    }

    /// Asks the connection to join, which it does once it is connected.
    ///
    /// A refusal changes nothing of a topic that the connection joins anew by itself: that goes on, and tells what it comes to.
    @discardableResult
    mutating func startJoin(_ name: String, _ params: JSONText, _ effects: inout Effects) -> JoinStart {
        let old = topics[name]
        if topics[name] == nil {
            topicOrder.append(name)
            topics[name] = Topic(state: .joining, params: params)
        }
        topics[name]?.state = .joining
        topics[name]?.params = params
        topics[name]?.response = nil
        topics[name]?.failure = nil
        do throws(CommandError) {
            guard let connection else { throw .notConnected }
            effects.wake(try connection.join(name, params: params))
        } catch {
            if error == .alreadyJoined {
                topics[name]?.params = old?.params ?? params
                return .underWay
            }
            let problem = Problem.command(error, topic: name, .notConnected("disconnected", outlook, at: url))
            if let old, old.isRejoining {
                topics[name] = old
            } else {
                settle(name, .errored, problem, &effects)
                failArrivals(of: name, problem, &effects)
            }
            return .refused(problem)
        }
        return .begun
    }

    /// Asks the connection to leave; a join that waits for that is `next`.
    ///
    /// What the server doesn't know of is left at once.
    mutating func startLeave(_ name: String, next: Topic.NextJoin? = nil, at time: Int64, _ effects: inout Effects) {
        let joining = topics[name]?.state == .joining ? topics[name]?.waiters ?? [] : []
        for waiter in joining { effects.fail(waiter, .joinAbandoned(name)) }
        topics[name]?.waiters = []
        topics[name]?.state = .leaving
        topics[name]?.failure = nil
        topics[name]?.isRejoining = false
        topics[name]?.next = next
        if next == nil { failQueued(on: name, .joinAbandoned(name), &effects) }
        if next == nil { failArrivals(of: name, .joinAbandoned(name), &effects) }
        if let wake = try? connection?.leave(name) {
            effects.wake(wake)
        } else {
            append(.left(topic: name), at: time)
            leaveDone(name, &effects)
        }
    }

    /// Answers those who wait for a join that stands now.
    mutating func answerJoin(_ name: String, _ effects: inout Effects) {
        guard let topic = topics[name] else { return }
        topics[name]?.waiters = []
        for waiter in topic.waiters {
            effects.complete(waiter) { $0.fulfill(.json(topic.json(name, cursor: waiter.since), status: .created)) }
        }
    }

    /// The topic is no longer joined or joining; those who wait are told `problem`.
    mutating func settle(_ name: String, _ state: Topic.State, _ problem: Problem, _ effects: inout Effects) {
        let waiters = (topics[name]?.waiters ?? []) + (topics[name]?.next?.waiters ?? [])
        topics[name]?.state = state
        topics[name]?.failure = problem
        topics[name]?.isRejoining = false
        topics[name]?.response = nil
        topics[name]?.waiters = []
        topics[name]?.next = nil
        if state != .errored { presences[name]?.forget() }
        for waiter in waiters { effects.fail(waiter, problem) }
        failQueued(on: name, problem, &effects)
    }

    /// The leave that was asked for is done, and the join that waited for it begins.
    mutating func leaveDone(_ name: String, _ effects: inout Effects) {
        guard let topic = topics[name], topic.state == .leaving else { return }
        topics[name]?.state = .left
        presences[name]?.forget()
        topics[name]?.response = nil
        topics[name]?.waiters = []
        topics[name]?.next = nil
        for waiter in topic.waiters { effects.complete(waiter) { $0.fulfill(.left(since: waiter.since)) } }
        // Seen by those who wait for it, though it may be joined again at once.
        checkConditions(&effects)
        guard let next = topic.next else { return }
        switch phase {
        case .connecting, .connected:
            topics[name]?.waiters = next.waiters
            startJoin(name, next.params, &effects)
        case .disconnected, .ended:
            let problem = notConnected
            failQueued(on: name, problem, &effects)
            for waiter in next.waiters { effects.fail(waiter, problem) }
        }
    }
}

extension Problem {
    /// A command that the connection refused; `notConnected` is what is told where there is none.
    static func command(_ error: CommandError, topic: String, _ notConnected: Problem) -> Problem {
        switch error {
        case .notConnected: notConnected
        case .notJoined: .notJoined(topic, state: nil)
        case .alreadyJoined: .joinConflict(topic, "The topic is joined already, or a join of it is on its way.")
        case .leaving: .joinConflict(topic, "The topic is being left.")
        case .reserved: .reserved(nil)
        case .nameTooLong:
            .invalidRequest("A topic or event of more than 255 bytes can't carry a binary payload.", nil)
        case .tooLarge(let limit): .payloadTooLarge(limit: limit).with("topic", topic)
        case .backlogged:
            .tooManyRequests("The upstream reads too slowly, and much waits to be sent already; nothing was sent.")
                .with("topic", topic).with(sent: false)
        }
    }

    static func reserved(_ place: RequestPlace?) -> Problem {
        .invalidRequest("The topic 'phoenix' and events that begin with 'phx_' are the protocol's own.", place)
    }
}
