import HTTPCore
import HTTPTypes
import PhoenixChannels

/// Connecting and disconnecting as requests ask for it.
extension SessionState {
    /// A disconnect on its way: its end will be told.
    struct Closing {
        /// Requests that wait for the end.
        var waiters: [Waiter] = []
        /// Whether to connect again once it is done, a later request wanting that.
        var reopens = false
        /// Whether the spec's topics are to be joined then, those too that were left.
        var joinsListed = false
    }

    /// Whether the session is connected, and to stay so.
    var isUp: Bool {
        guard case .connected = phase else { return false }
        return closing == nil
    }

    /// Why there is no connection, nor one to come; nil while there is.
    var finalCause: DownCause? {
        if let closing { return closing.reopens ? nil : .lost(Disconnection(cause: .requested)) }
        guard case .disconnected(let cause, retryIn: nil) = phase else { return nil }
        return cause
    }

    /// Connects now, unless that is done or on its way; what was joined will be joined anew.
    mutating func connect(_ effects: inout Effects) {
        if closing != nil {
            closing?.reopens = true
            return
        }
        guard case .disconnected = phase else { return }
        phase = .connecting
        for name in topicOrder where topics[name]?.isRejoining == true { topics[name]?.state = .joining }
        // Nil when an attempt is on its way already.
        if let work = connection?.opening() { effects.then(work) }
    }

    /// Disconnects; those who wait for a connection are told that there won't be one.
    ///
    /// - Returns: whether it is done.
    mutating func disconnect(_ effects: inout Effects) -> Bool {
        isProvisional = false
        closing?.reopens = false
        let problem = Problem.notConnected("disconnected", .ended, at: url)
        failArrivals({ _ in problem }, &effects)
        if closing != nil { return false }
        if case .disconnected(_, retryIn: nil) = phase { return true }
        guard let work = connection?.disconnecting() else {
            phase = .disconnected(.lost(Disconnection(cause: .requested)), retryIn: nil)
            return true
        }
        closing = Closing()
        effects.then(work)
        return false
    }

    /// The disconnect that was asked for is done.
    mutating func finishClosing(_ effects: inout Effects) {
        guard let closing else { return }
        for waiter in closing.waiters {
            let response = Response.json(json(since: waiter.since))
            effects.complete(waiter) { $0.fulfill(response) }
        }
        // Seen by those who wait for it, though it may not last: then those who wait for a connection wait on.
        if !closing.reopens { self.closing = nil }
        checkConditions(&effects)
        guard closing.reopens else { return }
        self.closing = nil
        connect(&effects)
        if closing.joinsListed { joinListed(&effects) }
    }

    /// Joins the spec's topics that are not joined, nor about to be.
    mutating func joinListed(_ effects: inout Effects) {
        if closing != nil {
            closing?.joinsListed = true
            return
        }
        for listed in spec.topics {
            guard let topic = topics[listed.name] else { continue }
            switch topic.state {
            case .joining, .joined: break
            case .errored where topic.isRejoining: break
            case .left, .closed, .errored, .rejected: startJoin(listed.name, listed.params, &effects)
            case .leaving:
                if topic.next == nil {
                    topics[listed.name]?.next = Topic.NextJoin(params: listed.params, waiters: [])
                }
            }
        }
    }
}
