package import HTTPCore
import HTTPTypes
package import PhoenixChannels
import Synchronization

/// One Phoenix client on behalf of whoever knows its id: a connection, the topics on it, the log of what happened.
///
/// Commands run on the server's threads; the connection's events come on its event loop and take the lock once a batch;
/// reads are answered on the waiting thread. The lock may be held while the connection's or the deadlines' is taken,
/// never the other way round.
package final class Session: ConnectionDelegate {
    package let id: SessionID
    package let name: String?
    /// The principal that it belongs to.
    var owner: String { spec.parts.principal }
    let deadlines: Deadlines
    let spec: SessionSpec
    /// What its log's cursors begin with.
    let epoch = Base62.random(Cursor.epochDigits)
    let memory: LogMemory
    /// What is told of its connection; nil for nothing.
    let upstreamLog: UpstreamLog?
    /// Whether calls use it, and no user knows of it.
    let isOfCall: Bool
    private let current: CurrentEndpoint
    private let state: Mutex<SessionState>
    /// Told, with no lock held, that the session is no more: why, or nil when it never came to be.
    private let onEnd: @Sendable (SessionID, EndReason?) -> Void

    init(
        id: SessionID, name: String? = nil, basePath: BasePath = .root, spec: SessionSpec, memory: LogMemory,
        deadlines: Deadlines, upstreamLog: UpstreamLog? = nil, isOfCall: Bool = false,
        onEnd: @escaping @Sendable (SessionID, EndReason?) -> Void
    ) {
        self.id = id
        self.name = name
        self.spec = spec
        self.memory = memory
        self.upstreamLog = upstreamLog
        self.isOfCall = isOfCall
        current = CurrentEndpoint(spec.endpoint, key: spec.parts.key, trace: spec.trace)
        self.deadlines = deadlines
        self.onEnd = onEnd
        let log = EventLog(limits: spec.log, epoch: epoch)
        state = Mutex(
            SessionState(
                id: id, name: name, basePath: basePath, spec: spec, current: current, log: log, meter: memory.meter,
                now: deadlines.time.now()))
    }

    /// Connects, by itself or as one of those that share a socket, and joins the topics of the spec once connected.
    ///
    /// - Returns: the answer to the request that makes the session: at once without a wait.
    func start(over transport: any Transport, sharing sockets: SharedSockets, _ wait: Wait) -> Answer {
        let connection = client(over: transport, sharing: sockets)
        return locked { state, effects in
            if case .ended(let reason) = state.phase {
                // Found by its name, or by the drain, and ended before it began.
                let promise = wait.promise()
                let problem = reason == .draining ? .draining : state.sessionEnded(reason)
                effects.then { promise.fail(problem) }
                return .later(promise)
            }
            state.connection = connection
            self.watchIdleness(after: state.idleTimeout, &state)
            if let work = connection.opening() { effects.then(work) }
            let listed = self.spec.topics
            // Waited for ahead of the joins, since one that is refused at once may end what is just being made.
            let answer = wait.duration.map {
                self.arrive(.creation, Set(listed.map(\.name)), wait, $0, &state, &effects)
            }
            if answer == nil { state.isProvisional = false }
            for topic in listed where !state.hasEnded { state.startJoin(topic.name, topic.params, &effects) }
            return answer ?? wait.now(state.created(.accepted))
        }
    }

    private func client(over transport: any Transport, sharing sockets: SharedSockets) -> any ChannelClient {
        guard spec.isShared else {
            return Connection(
                endpoint: { [current] in current.forAttempt() }, configuration: spec.connection, transport: transport,
                delegate: self)
        }
        return SharedClient(sockets, current, spec.connection) { [weak self] client, events in
            self?.take(events, from: client)
        }
    }

    package func connection(_ connection: Connection, produced events: [ConnectionEvent]) {
        take(events, from: connection)
    }

    private func take(_ events: [ConnectionEvent], from client: any ChannelClient) {
        locked { state, effects in
            guard state.connection === client else { return }
            let time = self.logTime
            for event in events where !state.hasEnded {
                if case .connected = event { state.connectedAt = self.deadlines.time.now() }
                state.apply(event, at: time, &effects)
                if state.log.isOverfull { state.end(.overflow, &effects) }
                self.tellLog(of: event, &state, &effects)
            }
            self.scheduleReads(&state, &effects)
            self.schedulePresences(&state, &effects)
        }
    }

    /// Ends the session: whoever waits is told why, topics are left, the socket is closed with code 1000.
    ///
    /// Harmless when it has ended.
    package func end(_ reason: EndReason) {
        locked { state, effects in state.end(reason, &effects) }
    }

    /// Its state as answers say it; asking isn't using it.
    var word: String { peek { $0.word } }

    /// The session as its users see it.
    package func describe() throws(Problem) -> Response {
        try request { state, _ throws(Problem) in .json(state.json) }
    }

    /// Runs `body` under the lock, and what it brought about after it.
    func locked<R: Sendable, E: Error>(
        _ body: (inout SessionState, inout Effects) throws(E) -> R
    ) throws(E) -> R {
        var effects = Effects()
        defer { effects.carryOut(deadlines) }
        return try state.withLock { state throws(E) -> R in
            defer {
                state.checkConditions(&effects)
                if effects.hasAnswers { state.lastUsed = deadlines.time.now() }
                if let ending = state.ending { carryOut(ending, &state, &effects) }
                countLog(&state, &effects)
            }
            return try body(&state, &effects)
        }
    }

    /// What `body` reads of it under the lock, where nothing comes about.
    func peek<R: Sendable>(_ body: (borrowing SessionState) -> R) -> R { state.withLock { body($0) } }

    /// Runs `body` for a request that names the session: refused once it has ended; the idle time starts over.
    func request<R: Sendable>(
        _ body: (inout SessionState, inout Effects) throws(Problem) -> R
    ) throws(Problem) -> R {
        try locked { state, effects throws(Problem) -> R in
            if case .ended(let reason) = state.phase { throw state.sessionEnded(reason) }
            state.lastUsed = deadlines.time.now()
            return try body(&state, &effects)
        }
    }

    /// Makes a request wait: it is found again at `place`, by its deadline and when its client goes.
    ///
    /// `cursor` is the log's position when the request came, for one that has written into the log since.
    func register(
        _ wait: Wait, _ duration: Duration, at place: Waiter.Place, since cursor: Cursor? = nil,
        _ state: inout SessionState
    ) -> Waiter {
        let id = state.nextWaiterID()
        let promise = wait.promise()
        // Nobody has seen the promise yet, so neither of the two can run before the lock is free.
        promise.onAbandon { self.locked { state, effects in state.abandon(id, at: place, &effects) } }
        let deadline = deadlines.add(after: duration) {
            self.locked { state, effects in state.timeOut(id, at: place, &effects) }
        }
        return Waiter(id: id, since: cursor ?? state.log.latest, promise: promise, deadline: deadline)
    }

    /// Now, as the log has it.
    var logTime: LogTime { LogTime(deadlines.time) }

    private func carryOut(_ ending: SessionState.Ending, _ state: inout SessionState, _ effects: inout Effects) {
        state.ending = nil
        state.log.clear()
        if let deadline = state.idleDeadline { deadlines.cancel(deadline) }
        effects.then { [onEnd, id] in
            ending.connection?.close()
            onEnd(id, ending.reason)
        }
    }

    /// The session may be idle for so long from now on.
    func setIdleTimeout(_ timeout: Duration, _ state: inout SessionState) {
        state.idleTimeout = timeout
        if let deadline = state.idleDeadline { deadlines.cancel(deadline) }
        // One that is due already, and waits for the lock, finds that it is not the last.
        state.idleWatch += 1
        watchIdleness(after: timeout, &state)
    }

    /// Tells what the log holds now, and has the waiting thread make room where all logs hold too much.
    private func countLog(_ state: inout SessionState, _ effects: inout Effects) {
        let isTooMuch = memory.count(self, from: state.countedBytes, to: state.log.bytes)
        state.countedBytes = state.log.bytes
        memory.meter.dropped(state.log.takeDrops())
        guard isTooMuch else { return }
        effects.then { [memory, deadlines] in deadlines.time.perform { memory.sweep() } }
    }

    /// Looks again after a while whether any request has named the session since.
    private func watchIdleness(after wait: Duration, _ state: inout SessionState) {
        let watch = state.idleWatch
        state.idleDeadline = deadlines.add(after: wait) { [weak self] in
            guard let self else { return }
            locked { state, effects in
                guard !state.hasEnded, state.idleWatch == watch else { return }
                let now = self.deadlines.time.now()
                if state.isAwaited { state.lastUsed = now }
                let rest = state.lastUsed + state.idleTimeout - now
                guard rest <= .zero else { return self.watchIdleness(after: rest, &state) }
                state.end(.idle, &effects)
            }
        }
    }
}
