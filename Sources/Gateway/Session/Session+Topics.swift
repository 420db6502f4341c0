package import HTTPCore
import HTTPTypes
import PhoenixChannels

/// Joining and leaving.
extension Session {
    /// Joins a topic, or attaches to a join that is on its way or stands.
    ///
    /// With `rejoin` a topic joined already is left and joined anew. A `ticket` is given the log's position before it.
    func join(
        _ name: String, params: JSONText, rejoin: Bool, _ wait: Wait, ticket: Ticket<Cursor>? = nil
    ) throws(Problem) -> Answer {
        guard name != "phoenix" else { throw .reserved(nil) }
        return try request { state, effects throws(Problem) -> Answer in
            if case .disconnected = state.phase { throw state.notConnected.with("topic", name) }
            if state.closing != nil { throw state.notConnected.with("topic", name) }
            let cursor = state.log.latest
            let isDone = state.topics[name]?.state == .joined && !rejoin
            guard isDone || wait.hasRoom else { throw wait.refusal }
            switch state.topics[name]?.state {
            case .errored where state.topics[name]?.isRejoining == true && rejoin:
                let next = Topic.NextJoin(params: params, waiters: [])
                state.startLeave(name, next: next, at: self.logTime, &effects)
            case nil, .left, .closed, .errored, .rejected:
                guard state.topics[name] != nil || state.topics.count < self.spec.maxTopics else {
                    throw .tooManyTopics(self.spec.maxTopics)
                }
                // A join that the connection makes by itself, with the params it had, is attached to if they are these.
                switch state.startJoin(name, params, &effects) {
                case .begun: break
                case .underWay: try state.requireSameParams(name, params)
                // Nobody waited for it yet.
                case .refused(let problem): throw problem.since(cursor)
                }
            case .joining where rejoin && !state.hasSameParams(name, params), .joined where rejoin:
                let next = Topic.NextJoin(params: params, waiters: [])
                state.startLeave(name, next: next, at: self.logTime, &effects)
            case .joining:
                try state.requireSameParams(name, params)
            case .joined:
                try state.requireSameParams(name, params)
                return wait.now(.json(state.topics[name]?.json(name, cursor: cursor) ?? []))
            case .leaving:
                try state.queueJoin(name, params)
            }
            self.scheduleReads(&state, &effects)
            // A leave that was done at once had the connection refuse the join behind it.
            if let failure = state.topics[name]?.failure { throw failure.since(cursor) }
            ticket?.set(cursor)
            guard let duration = wait.duration else {
                return wait.now(.json(state.topics[name]?.json(name, cursor: cursor) ?? [], status: .accepted))
            }
            let waiter = self.register(wait, duration, at: .topic(name), since: cursor, &state)
            if state.topics[name]?.next != nil {
                state.topics[name]?.next?.waiters.append(waiter)
            } else {
                state.topics[name]?.waiters.append(waiter)
            }
            return .later(waiter.promise)
        }
    }

    /// How a join that was begun has come out by now; nil while it is on its way, or where it is to be tried again.
    func joined(_ name: String, params: JSONText, since cursor: Cursor) throws(Problem) -> Response? {
        try request { state, _ throws(Problem) -> Response? in
            guard let topic = state.topics[name] else { return nil }
            switch topic.state {
            case .joining: return nil
            case .leaving:
                // Its own join may wait for the leave, or a leave may have given it up.
                guard let next = topic.next, next.params.slice.isEqual(to: params.slice) else {
                    throw .joinAbandoned(name)
                }
                return nil
            case .joined:
                try state.requireSameParams(name, params)
                return .json(topic.json(name, cursor: cursor), status: .created)
            case .left, .closed, .errored, .rejected:
                if topic.isRejoining || topic.failure?.retryable == true { return nil }
                throw (topic.failure ?? .joinAbandoned(name)).since(cursor)
            }
        }
    }

    /// Leaves a topic; done at once when it is not joined any more.
    package func leave(_ name: String, _ wait: Wait) throws(Problem) -> Answer {
        try request { state, effects throws(Problem) -> Answer in
            guard let topic = state.topics[name] else {
                throw .topicNotFound(name)
            }
            let cursor = state.log.latest
            let isKnownUpstream = [.joined, .joining, .leaving].contains(topic.state)
            guard !isKnownUpstream || wait.hasRoom else { throw wait.refusal }
            switch topic.state {
            case .errored where topic.isRejoining:
                state.startLeave(name, at: self.logTime, &effects)
            case .left, .closed, .errored, .rejected:
                state.topics[name]?.state = .left
                state.presences[name]?.forget()
            case .joined, .joining:
                state.startLeave(name, at: self.logTime, &effects)
            case .leaving:
                for waiter in topic.next?.waiters ?? [] { effects.fail(waiter, .joinAbandoned(name)) }
                state.failQueued(on: name, .joinAbandoned(name), &effects)
                state.topics[name]?.next = nil
                state.failArrivals(of: name, .joinAbandoned(name), &effects)
            }
            self.scheduleReads(&state, &effects)
            guard state.topics[name]?.state == .leaving else { return wait.now(.left(since: cursor)) }
            guard let duration = wait.duration else {
                return wait.now(.json(state.topics[name]?.json(name, cursor: cursor) ?? [], status: .accepted))
            }
            let waiter = self.register(wait, duration, at: .topic(name), since: cursor, &state)
            state.topics[name]?.waiters.append(waiter)
            return .later(waiter.promise)
        }
    }

    package func describeTopic(_ name: String) throws(Problem) -> Response {
        try request { state, _ throws(Problem) -> Response in
            guard let topic = state.topics[name] else {
                throw .topicNotFound(name)
            }
            return .json(topic.json(name))
        }
    }

    /// Throws unless the session has joined the topic at some time.
    package func requireTopic(_ name: String) throws(Problem) {
        _ = try describeTopic(name)
    }

    package func describeTopics() throws(Problem) -> Response {
        try request { state, _ throws(Problem) -> Response in
            var writer = JSONObjectWriter()
            writer.add("topics", array: state.topicList)
            return .json(writer.finish())
        }
    }
}

extension SessionState {
    fileprivate func hasSameParams(_ name: String, _ params: JSONText) -> Bool {
        topics[name].map { $0.params.slice.isEqual(to: params.slice) } ?? true
    }

    fileprivate func requireSameParams(_ name: String, _ params: JSONText) throws(Problem) {
        guard !hasSameParams(name, params) else { return }
        throw .joinConflict(
            name, "The topic is joined with other params: leave it first, or join it anew with ?rejoin=true.")
    }

    /// Queues a join behind the leave that is on its way.
    mutating func queueJoin(_ name: String, _ params: JSONText) throws(Problem) {
        guard let next = topics[name]?.next else {
            topics[name]?.next = Topic.NextJoin(params: params, waiters: [])
            return
        }
        guard next.params.slice.isEqual(to: params.slice) else {
            throw .joinConflict(name, "A join with other params already waits for the topic to be left.")
        }
    }
}
