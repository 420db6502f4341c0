import HTTPCore
import HTTPTypes
import PhoenixChannels

/// Made, found again by its name, changed, disconnected and connected again.
extension Session {
    /// Answers a `PUT` of a session that stands already, or is just being made.
    ///
    /// What the spec lists is joined again; `auth_token` and `headers` are taken over.
    ///
    /// - Returns: nil when it has ended, and is to be made anew.
    func attach(_ wanted: SessionSpec, _ wait: Wait) throws(Problem) -> Answer? {
        do throws(Problem) {
            return try attachUnlessEnded(wanted, wait)
        } catch {
            if hasEnded { return nil }
            throw error
        }
    }

    private func attachUnlessEnded(_ wanted: SessionSpec, _ wait: Wait) throws(Problem) -> Answer {
        if let member = spec.difference(from: wanted) { throw .specConflict(name ?? "", member: member) }
        guard wait.hasRoom else { throw wait.refusal }
        let patch = SessionPatch(headers: wanted.parts.headers, authToken: .some(wanted.parts.authToken))
        return try change(by: patch) { state throws(Problem) in
            try state.requireRoomToWaitForStates()
        } then: { state, effects in
            state.connect(&effects)
            state.joinListed(&effects)
            let missing = Set(self.spec.topics.map(\.name)).filter { state.topics[$0]?.state != .joined }
            if missing.isEmpty, state.isUp { return wait.now(.json(state.json)) }
            guard let duration = wait.duration else {
                state.isProvisional = false
                return wait.now(.json(state.json, status: .accepted))
            }
            return self.arrive(.attachment, missing, wait, duration, &state, &effects)
        }
    }

    /// Replaces what a patch names; the next connect goes by it.
    func patch(_ patch: SessionPatch) throws(Problem) -> Response {
        try change(by: patch) { _ in
        } then: { state, _ in
            if let idleTimeout = patch.idleTimeout { self.setIdleTimeout(idleTimeout, &state) }
            return .json(state.json)
        }
    }

    /// Connects, or waits for the connection that is on its way; answered once what was joined is joined anew.
    func connect(_ wait: Wait) throws(Problem) -> Answer {
        try request { state, effects throws(Problem) -> Answer in
            guard wait.hasRoom else { throw wait.refusal }
            try state.requireRoomToWaitForStates()
            state.connect(&effects)
            let missing = state.rejoining
            if missing.isEmpty, state.isUp { return wait.now(.json(state.json)) }
            guard let duration = wait.duration else { return wait.now(.json(state.json, status: .accepted)) }
            return self.arrive(.connect, missing, wait, duration, &state, &effects)
        }
    }

    /// Closes the websocket, and leaves it so; the session, its log and its topics' params stay.
    func disconnect(_ wait: Wait) throws(Problem) -> Answer {
        try request { state, effects throws(Problem) -> Answer in
            guard wait.hasRoom else { throw wait.refusal }
            try state.requireRoomToWaitForStates()
            if state.disconnect(&effects) { return wait.now(.json(state.json)) }
            guard let duration = wait.duration else { return wait.now(.json(state.json, status: .accepted)) }
            let waiter = self.register(wait, duration, at: .disconnect, &state)
            state.closing?.waiters.append(waiter)
            return .later(waiter.promise)
        }
    }

    /// The session, or the topic of the condition, as soon as the condition holds.
    func await(_ condition: StateCondition, _ wait: Wait) throws(Problem) -> Answer {
        try request { state, _ throws(Problem) -> Answer in
            switch state.outcome(of: condition) {
            case .holds(let response): return wait.now(response)
            case .fails(let problem): throw problem
            case .open: break
            }
            guard let duration = wait.duration else { throw state.timeout(of: condition) }
            guard wait.hasRoomToRead else { throw wait.refusal }
            try state.requireRoomToWaitForStates()
            let waiter = self.register(wait, duration, at: .condition, &state)
            state.conditions.append((waiter, condition))
            return .later(waiter.promise)
        }
    }

    var hasEnded: Bool { peek { $0.hasEnded } }

    /// The session as `GET /sessions` lists it, which doesn't name it; nil when it has ended.
    func listing() -> [UInt8]? {
        peek { state in
            guard !state.hasEnded else { return nil }
            let now = self.deadlines.time.now()
            let rest = state.isAwaited ? state.idleTimeout : state.lastUsed + state.idleTimeout - now
            return state.json(expiresIn: max(.zero, rest))
        }
    }

    /// Makes a request wait for the connection, and for these topics.
    func arrive(
        _ form: Arrival.Form, _ missing: Set<String>, _ wait: Wait, _ duration: Duration, _ state: inout SessionState,
        _ effects: inout Effects
    ) -> Answer {
        let waiter = register(wait, duration, at: .arrival, &state)
        state.arrivals.append(Arrival(waiter: waiter, form: form, missing: missing))
        for name in missing { state.failArrivalIfSettled(name, &effects) }
        return .later(waiter.promise)
    }

    /// Carries a patch out, unless `check` throws, and then `body` under the same lock.
    ///
    /// The endpoint is made with no lock held, and made again if another patch came first.
    private func change<R: Sendable>(
        by patch: SessionPatch, unless check: (SessionState) throws(Problem) -> Void,
        then body: (inout SessionState, inout Effects) -> R
    ) throws(Problem) -> R {
        while true {
            let (parts, version) = try request { state, _ throws(Problem) in (state.parts, state.partsVersion) }
            let changed = patch.applied(to: parts)
            let endpoint = patch.changesEndpoint ? try changed.endpoint() : nil
            let result = try request { state, effects throws(Problem) -> R? in
                guard state.partsVersion == version else { return nil }
                try check(state)
                if let endpoint {
                    state.parts = changed
                    state.partsVersion += 1
                    state.current.replace(with: endpoint, key: changed.key)
                }
                return body(&state, &effects)
            }
            if let result { return result }
        }
    }
}

extension SessionState {
    /// Topics that are being joined anew.
    fileprivate var rejoining: Set<String> {
        Set(topicOrder.filter { topics[$0]?.isRejoining == true && topics[$0]?.state == .joining })
    }

    fileprivate func requireRoomToWaitForStates() throws(Problem) {
        guard conditions.count + arrivals.count + (closing?.waiters.count ?? 0) < StateCondition.maxWaiting else {
            throw .tooManyRequests(
                "\(StateCondition.maxWaiting) requests wait for this session's state. Nothing was done.")
        }
    }

    /// A join that was refused before it was waited for.
    fileprivate mutating func failArrivalIfSettled(_ name: String, _ effects: inout Effects) {
        guard closing == nil, let problem = topics[name]?.failure else { return }
        failArrivals(of: name, problem, &effects)
    }
}
