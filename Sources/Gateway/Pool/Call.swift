import HTTPCore
import HTTPTypes
import PhoenixChannels
import Synchronization

/// One `/call` or `/listen` on its way: a client out of the pool, the push, what it awaits.
///
/// Each stage makes a promise of its own, and what that is kept with leads to the next stage or is the answer. All of them
/// share the request's one wait.
final class Call: Sendable {
    /// The client that does the call, and what it took to have it.
    private struct Reached {
        let client: ClientPool.Client
        /// Where its log stood before, for what is read of it.
        let after: ReadQuery.After
        let since: Duration
        let timing: ServerTiming
    }

    typealias MakeSession = @Sendable (SessionSpec) throws(Problem) -> Session

    /// Where a failed call stopped.
    enum Stage: String, Sendable {
        case connect, join, push, reply, await
    }

    /// How far a call has come; it never goes back.
    private enum Progress {
        /// It has no client, nor room to make one.
        case inLine
        case connecting(Session, since: Duration)
        case reached(Reached)
    }

    private struct State {
        var progress = Progress.inLine
        /// Takes back what the call waits for.
        var cancel: (@Sendable () -> Void)?
        var isAbandoned = false

        var isInLine: Bool {
            switch progress {
            case .inLine: true
            case .connecting, .reached: false
            }
        }

        var reached: Reached? {
            switch progress {
            case .inLine, .connecting: nil
            case .reached(let reached): reached
            }
        }
    }

    private let request: Request
    private let principal: Principal
    private let pool: ClientPool
    private let transport: any Transport
    private let sockets: SharedSockets
    private let makeSession: MakeSession
    private let time: any TimeSource
    private let requestID: String
    private let deadline: Duration
    /// Until when a repeat may ask for what the call has come to; nil for one without a key.
    private let repeatable: Duration?
    private let promise: ResponsePromise
    private let push: OutgoingPush?
    private let state = Mutex(State())

    init(
        _ request: Request, of principal: Principal, _ wait: Wait, within duration: Duration, isKeyed: Bool,
        pool: ClientPool, transport: any Transport, sockets: SharedSockets, time: any TimeSource,
        makeSession: @escaping MakeSession
    ) {
        let now = time.now()
        self.request = request
        self.principal = principal
        self.pool = pool
        self.transport = transport
        self.sockets = sockets
        self.makeSession = makeSession
        self.time = time
        requestID = wait.requestID
        deadline = now + duration
        repeatable = isKeyed ? now + KeyTable.lifetime : nil
        promise = wait.promise()
        push = request.push
    }

    /// Begins; the answer comes later.
    func start() -> Answer {
        promise.onAbandon { self.abandon() }
        let leaveLine = pool.checkOut(
            request.key, for: principal, until: deadline, preferring: request.epoch
        ) { result in
            switch result {
            case .success(.some(let client)): self.go(on: client)
            case .success(nil): self.connect()
            case .failure(let problem): self.promise.fail(self.told(problem, at: .connect))
            }
        }
        if let leaveLine { waits(inLine: true, leaveLine) }
        return .later(promise)
    }

    private func rest(at now: Duration) -> Duration { max(.milliseconds(1), deadline - now) }

    // MARK: Stages

    private func connect() {
        guard !isAbandoned else { return pool.giveUp(nil, request.key) }
        let session: Session
        do throws(Problem) {
            session = try makeSession(request.spec)
        } catch {
            pool.giveUp(nil, request.key)
            promise.fail(told(error, at: .connect))
            return
        }
        pool.made(session)
        let began = time.now()
        state.withLock { $0.progress = .connecting(session, since: began) }
        let wait = stage(rest(at: began)) { $0.isAboutTopic || session.connectedAt != nil ? .join : .connect }
        follow(session.start(over: transport, sharing: sockets, wait)) { response in
            let timing = ServerTiming(from: began, connected: session.connectedAt, to: self.time.now())
            guard response.status == .created else {
                self.pool.giveUp(session, self.request.key)
                self.promise.fulfill(self.timed(response, timing))
                return
            }
            self.go(on: ClientPool.Client(key: self.request.key, session: session, isWarm: false), timing)
        } abandoned: {
            self.pool.giveUp(session, self.request.key)
        }
    }

    private func go(on client: ClientPool.Client, _ timing: ServerTiming = ServerTiming()) {
        let reached = Reached(
            client: client, after: client.isWarm && request.readsLog ? .cursor(client.session.latest) : .start,
            since: time.now(), timing: timing)
        let isAbandoned = state.withLock { state in
            if !state.isAbandoned { (state.progress, state.cancel) = (.reached(reached), nil) }
            return state.isAbandoned
        }
        guard !isAbandoned else { return pool.checkIn(client) }
        let rest = rest(at: reached.since)
        do throws(Problem) {
            switch request.action {
            case .pushAndAwaitReply:
                followLast(try send(on: client.session, stage(rest) { _ in .reply }), reached)
            case .awaitMessage(let filter, _):
                _ = try send(on: client.session, Wait(requestID: requestID))
                followLast(try read(filter, reached, rest), reached)
            case .listen(let listening, _):
                _ = try send(on: client.session, Wait(requestID: requestID))
                // The request was let in as one that reads.
                let response = try client.session.stream(
                    listening.query(after: reached.after, lifeline), hasRoom: true
                ) {
                    self.pool.checkIn(client)
                }
                promise.fulfill(timed(response, reached.timing))
            }
        } catch {
            pool.checkIn(client)
            let stage = push == nil || push?.ticket.value != nil ? lastStage(error) : .push
            promise.fail(told(error, at: stage).timed(timing))
        }
    }

    /// Where a call stopped that has pushed, if it was to.
    private func lastStage(_ problem: Problem) -> Stage {
        // The push's reply may end the wait for what was to follow it.
        problem.code == "push-rejected" ? .reply : request.lastStage
    }

    private func send(on session: Session, _ wait: Wait) throws(Problem) -> Answer? {
        guard let push else { return nil }
        return try session.push(push, wait)
    }

    private func read(_ filter: LogFilter, _ reached: Reached, _ duration: Duration?) throws(Problem) -> Answer {
        let query = ReadQuery(form: .call, filter: filter, limit: 1, after: reached.after, lifeline: lifeline)
        return try reached.client.session.read(query, stage(duration, lastStage))
    }

    private var lifeline: Lifeline { Lifeline(topic: request.key.topic, push: push) }

    private func followLast(_ answer: Answer?, _ reached: Reached) {
        guard let answer else { return pool.checkIn(reached.client) }
        follow(answer) { response in
            // The client goes back first: a caller that asks again at once finds it.
            self.pool.checkIn(reached.client)
            self.promise.fulfill(self.timed(response, self.timing(of: reached)))
        } abandoned: {
            self.pool.checkIn(reached.client, keptUntil: self.repeatable)
        }
    }

    private func timing(of reached: Reached) -> ServerTiming {
        var timing = reached.timing
        timing.outcome = (request.lastStage, time.now() - reached.since)
        return timing
    }

    private func timed(_ response: Response, _ timing: ServerTiming) -> Response {
        let text = timing.description
        guard !text.isEmpty else { return response }
        var response = response
        response.headers.append(HTTPField(name: .serverTiming, value: text))
        return response
    }

    // MARK: Waiting

    /// The wait of a stage, whose problems say where the call stopped.
    private func stage(_ duration: Duration?, _ stage: @escaping @Sendable (Problem) -> Stage) -> Wait {
        Wait(requestID: requestID, duration: duration) { self.told($0, at: stage($0)) }
    }

    /// A problem as the caller is told it, who knows of no session: where the call stopped, and whether it has pushed.
    private func told(_ problem: Problem, at stage: Stage) -> Problem {
        var problem = problem.isOfDrain ? .draining : problem
        if let sent = push?.ticket.value {
            if problem.code == "session-ended" {
                problem = .replyLost(ref: sent.name, cursor: sent.cursor, .disconnected)
            }
            problem = problem.afterSending
        }
        return problem.ofCall(stage)
    }

    private func follow(
        _ answer: Answer, _ next: @escaping @Sendable (Response) -> Void, abandoned: @escaping @Sendable () -> Void
    ) {
        switch answer {
        case .now(let response): next(response)
        case .later(let inner):
            waits { inner.abandon() }
            inner.onOutcome { outcome in
                // It holds the promise, which holds this call for its problems' words.
                self.state.withLock { $0.cancel = nil }
                switch outcome {
                case .fulfilled(let response): next(response)
                case .abandoned: abandoned()
                }
            }
        }
    }

    private func waits(inLine: Bool = false, _ cancel: @escaping @Sendable () -> Void) {
        let isAbandoned = state.withLock { state in
            // A call that was in line may be further already, on another thread.
            if inLine, !state.isInLine { return false }
            state.cancel = cancel
            return state.isAbandoned
        }
        if isAbandoned { cancel() }
    }

    private var isAbandoned: Bool { state.withLock { $0.isAbandoned } }
    private var reached: Reached? { state.withLock { $0.reached } }

    private func abandon() {
        push?.ticket.withdraw()
        let cancel = state.withLock { state in
            state.isAbandoned = true
            return state.cancel
        }
        cancel?()
    }
}

/// A call that is repeated under its `Idempotency-Key`.
extension Call {
    /// Whether something was done that isn't to be done again.
    var isBegun: Bool { push?.ticket.isTaken ?? (reached != nil) }

    /// Waits on, on the client that the call had; nil when nothing was sent, and that client is no more.
    func resume(_ wait: Wait) throws(Problem) -> Answer? {
        guard let reached else { return nil }
        let session = reached.client.session
        let sent = push.flatMap { session.sent($0) }
        guard push == nil || sent != nil else { return nil }
        do throws(Problem) {
            guard try pool.hold(session, request.key) else {
                throw sent == nil ? .sessionEnded(.deleted) : .outcomeForgotten
            }
            do throws(Problem) {
                return givingBack(try resume(on: reached, sent, wait), reached)
            } catch {
                pool.checkIn(reached.client)
                throw error
            }
        } catch {
            if sent == nil, !session.isReady(for: request.key.topic) { return nil }
            throw told(error, at: lastStage(error))
        }
    }

    private func resume(
        on reached: Reached, _ sent: OutgoingPush.Sent?, _ wait: Wait
    ) throws(Problem) -> Answer? {
        switch (request.action, sent) {
        case (.pushAndAwaitReply(let push), .some(let sent)):
            try reached.client.session.awaitReply(to: sent, push.form, stage(wait.duration) { _ in .reply })
        case (.awaitMessage(let filter, _), _): try read(filter, reached, wait.duration)
        case (.pushAndAwaitReply, nil), (.listen, _): nil
        }
    }

    /// The answer, ahead of which the client that was held for it is given back.
    private func givingBack(_ answer: Answer?, _ reached: Reached) -> Answer? {
        guard let answer else {
            pool.checkIn(reached.client)
            return nil
        }
        return answer.map { response in
            self.pool.checkIn(reached.client)
            return self.timed(response, self.timing(of: reached))
        } abandoned: {
            self.pool.checkIn(reached.client, keptUntil: self.repeatable)
        }
    }

    /// How the call would be answered if its wait were over now.
    var late: Problem {
        switch state.withLock({ $0.progress }) {
        case .inLine: return .poolFull.ofCall(.connect)
        case .connecting(let session, let began):
            let problem = session.creationTimeout
            let connected = session.connectedAt
            return problem.ofCall(problem.isAboutTopic || connected != nil ? .join : .connect)
                .timed(ServerTiming(from: began, connected: connected, to: time.now()))
        case .reached(let reached):
            let sent = push.map { reached.client.session.sent($0) }
            let (problem, stage): (Problem, Stage) =
                switch (request.lastStage, sent) {
                case (_, .some(nil)): (.pushWithdrawn, .push)
                case (.reply, .some(.some)): (.replyTimeoutOfKeyedCall, .reply)
                case (let last, .some(.some)): (.awaitTimeoutOfKeyedCall(isSent: true), last)
                case (let last, nil): (.awaitTimeoutOfKeyedCall(isSent: false), last)
                }
            return problem.with("stage", stage.rawValue).timed(timing(of: reached))
        }
    }
}

extension Problem {
    /// Whether it is a topic's, and not the connection's.
    fileprivate var isAboutTopic: Bool { members.contains { $0.name == "topic" } }

    /// The same, saying how long the stages took.
    fileprivate func timed(_ timing: ServerTiming) -> Problem {
        let text = timing.description
        return text.isEmpty ? self : with(header: .serverTiming, text)
    }
}
