import HTTPCore
import HTTPTypes
import PhoenixChannels
import Synchronization

/// One `/call` or `/listen` on its way: a client out of the pool, the push, what it awaits.
///
/// Each stage makes a promise of its own, and what that is kept with leads to the next stage or is the answer. All of them
/// share the request's one wait.
final class Call: Sendable {
    /// The client that does the call, and where its log stood before.
    private struct Reached {
        let session: Session
        let after: ReadQuery.After
        let since: Duration
    }

    /// Where a failed call stopped.
    enum Stage: String, Sendable {
        case connect, join, push, reply, await
    }

    /// What a call waits for, in turn.
    private enum Waiting: Int {
        case nothing, inLine, client, outcome
    }

    private struct State {
        var waiting = Waiting.nothing
        /// Takes back what the call waits for.
        var cancel: (@Sendable () -> Void)?
        var isAbandoned = false
        /// The session that is being made for it.
        var making: Session?
        var reached: Reached?
        var timing = ServerTiming()
    }

    private let request: Request
    private let pool: ClientPool
    private let transport: any Transport
    private let sockets: SharedSockets
    private let makeSession: @Sendable (SessionSpec) -> Session
    private let time: any TimeSource
    private let requestID: String
    private let deadline: Duration
    private let promise: ResponsePromise
    private let push: OutgoingPush?
    private let state = Mutex(State())

    init(
        _ request: Request, pool: ClientPool, transport: any Transport, sockets: SharedSockets, time: any TimeSource,
        _ wait: Wait,
        within duration: Duration, makeSession: @escaping @Sendable (SessionSpec) -> Session
    ) {
        self.request = request
        self.pool = pool
        self.transport = transport
        self.sockets = sockets
        self.makeSession = makeSession
        self.time = time
        requestID = wait.requestID
        deadline = time.now() + duration
        promise = wait.promise()
        push = request.push
    }

    /// Begins; the answer comes later.
    func start() -> Answer {
        promise.onAbandon { self.abandon() }
        let leaveLine = pool.checkOut(request.key, host: host, within: rest) { result in
            switch result {
            case .success(.some(let client)): self.go(on: client)
            case .success(nil): self.connect()
            case .failure(let problem): self.promise.fail(problem.ofCall(.connect))
            }
        }
        if let leaveLine { waits(.inLine, leaveLine) }
        return .later(promise)
    }

    private var host: String { "\(request.spec.endpoint.host):\(request.spec.endpoint.port)" }
    private var rest: Duration { max(.milliseconds(1), deadline - time.now()) }

    // MARK: Stages

    private func connect() {
        guard !isAbandoned else { return pool.giveUp(nil, host: host) }
        let session = makeSession(request.spec)
        pool.made(session)
        state.withLock { $0.making = session }
        let began = time.now()
        let wait = stage { $0.isAboutTopic ? .join : .connect }
        follow(session.start(over: transport, sharing: sockets, wait), .client) { response in
            guard response.status == .created else {
                self.pool.giveUp(session, host: self.host)
                return self.answer(response)
            }
            let connected = session.connectedAt ?? self.time.now()
            self.state.withLock { state in
                state.timing.connect = connected - began
                state.timing.join = self.time.now() - connected
            }
            self.go(
                on: ClientPool.Client(key: self.request.key, host: self.host, session: session, isWarm: false))
        } abandoned: {
            self.pool.giveUp(session, host: self.host)
        }
    }

    private func go(on client: ClientPool.Client) {
        let reached = Reached(
            session: client.session, after: client.isWarm ? .cursor(client.session.latest) : .start, since: time.now())
        let isAbandoned = state.withLock { state in
            if !state.isAbandoned { state.reached = reached }
            return state.isAbandoned
        }
        guard !isAbandoned else { return pool.checkIn(client) }
        do throws(Problem) {
            switch request.action {
            case .pushAndAwaitReply:
                followLast(try send(on: client.session, stage { _ in .reply }), on: client)
            case .awaitMessage(let filter, _):
                let isSent = try send(on: client.session, Wait(requestID: requestID)) != nil
                do throws(Problem) {
                    followLast(try read(filter, reached, stage(sent: isSent) { _ in .await }), on: client)
                } catch {
                    throw isSent ? error.afterSending : error
                }
            case .listen(let listening, _):
                _ = try send(on: client.session, Wait(requestID: requestID))
                let response = try client.session.stream(listening.query(after: reached.after), hasRoom: true) {
                    self.pool.checkIn(client)
                }
                answer(timed(response, outcome: nil))
            }
        } catch {
            pool.checkIn(client)
            promise.fail(error.ofCall(.push))
        }
    }

    private func send(on session: Session, _ wait: Wait) throws(Problem) -> Answer? {
        guard let push else { return nil }
        return try session.push(push, wait)
    }

    private func read(_ filter: LogFilter, _ reached: Reached, _ wait: Wait) throws(Problem) -> Answer {
        try reached.session.read(
            ReadQuery(form: .call, filter: filter, limit: 1, after: reached.after), wait)
    }

    private func followLast(_ answer: Answer?, on client: ClientPool.Client) {
        guard let answer else { return pool.checkIn(client) }
        follow(answer, .outcome) { response in
            // The client goes back first: a caller that asks again at once finds it.
            self.pool.checkIn(client)
            self.answer(self.finished(response))
        } abandoned: {
            self.pool.checkIn(client)
        }
    }

    private func finished(_ response: Response) -> Response {
        var response = response
        let isJSON = response.headers[.contentType] == "application/json"
        if case .pushAndAwaitReply = request.action, response.status == .ok, isJSON {
            response.body = Array(#"{"reply":"#.utf8) + response.body + [UInt8(ascii: "}")]
        }
        return timed(response, outcome: reached.map { time.now() - $0.since })
    }

    private func timed(_ response: Response, outcome: Duration?) -> Response {
        let timing = state.withLock { state in
            state.timing.outcome = outcome.map { (request.lastStage, $0) }
            return state.timing.description
        }
        guard !timing.isEmpty else { return response }
        var response = response
        response.headers[.serverTiming] = timing
        return response
    }

    private func answer(_ response: Response) { promise.fulfill(response) }

    // MARK: Waiting

    /// The wait of a stage, whose problems say where the call stopped.
    private func stage(sent: Bool = false, _ stage: @escaping @Sendable (Problem) -> Stage) -> Wait {
        Wait(requestID: requestID, duration: rest) { problem in
            (sent ? problem.afterSending : problem).ofCall(stage(problem))
        }
    }

    private func follow(
        _ answer: Answer, _ waiting: Waiting, _ next: @escaping @Sendable (Response) -> Void,
        abandoned: @escaping @Sendable () -> Void
    ) {
        switch answer {
        case .now(let response): next(response)
        case .later(let inner):
            waits(waiting) { inner.abandon() }
            inner.onOutcome { outcome in
                switch outcome {
                case .fulfilled(let response): next(response)
                case .abandoned: abandoned()
                }
            }
        }
    }

    private func waits(_ waiting: Waiting, _ cancel: @escaping @Sendable () -> Void) {
        let isAbandoned = state.withLock { state in
            // The call may be further already, on another thread.
            guard waiting.rawValue > state.waiting.rawValue else { return false }
            (state.waiting, state.cancel) = (waiting, cancel)
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

    /// Waits on, on the client that the call had, whoever has it now; nil when nothing was sent.
    func resume(_ wait: Wait) throws(Problem) -> Answer? {
        guard let reached else { return nil }
        let sent = push.map { reached.session.sent($0) }
        if case .some(nil) = sent { return nil }
        do throws(Problem) {
            switch (request.action, sent) {
            case (.pushAndAwaitReply(_, let form), .some(.some(let sent))):
                return finished(try reached.session.awaitReply(to: sent, form, stage(.reply, wait, sent)), wait)
            case (.awaitMessage(let filter, _), _):
                return finished(try read(filter, reached, stage(.await, wait, sent ?? nil)), wait)
            case (.pushAndAwaitReply, _), (.listen, _): return nil
            }
        } catch {
            guard reached.session.hasEnded else { throw error.ofCall(request.lastStage) }
            // The client was kept for a while, and is no more.
            guard case .some(.some(let sent)) = sent else { return nil }
            throw Self.lost(sent, error).ofCall(request.lastStage)
        }
    }

    /// What ends the wait for a push on a client that nobody kept.
    private static func lost(_ sent: OutgoingPush.Sent, _ problem: Problem) -> Problem {
        problem.code == "session-ended" ? .replyLost(ref: sent.name, cursor: sent.cursor, .disconnected) : problem
    }

    /// How the call would be answered if its wait were over now.
    var late: Problem {
        let (waiting, making) = state.withLock { ($0.waiting, $0.making) }
        switch waiting {
        case .nothing, .inLine: return .poolFull(host).ofCall(.connect)
        case .client:
            let problem = making?.creationTimeout ?? .connectTimeout(sessionKept: false)
            return problem.ofCall(problem.isAboutTopic ? .join : .connect)
        case .outcome:
            let problem: Problem =
                switch (request.lastStage, reached.flatMap { reached in push.flatMap { reached.session.sent($0) } }) {
                case (.reply, .some): .replyTimeoutOfKeyedCall
                case (.reply, nil): .pushWithdrawn
                case (.connect, let sent), (.join, let sent), (.push, let sent), (.await, let sent):
                    .awaitTimeoutOfKeyedCall(isSent: sent != nil)
                }
            return problem.with("stage", request.lastStage.rawValue)
        }
    }

    private func stage(_ stage: Stage, _ wait: Wait, _ sent: OutgoingPush.Sent?) -> Wait {
        Wait(requestID: wait.requestID, duration: wait.duration) { problem in
            (sent.map { Self.lost($0, problem) } ?? problem).ofCall(stage)
        }
    }

    private func finished(_ answer: Answer, _ wait: Wait) -> Answer {
        switch answer {
        case .now(let response): return .now(finished(response))
        case .later(let inner):
            let promise = ResponsePromise(requestID: wait.requestID)
            promise.onAbandon { inner.abandon() }
            inner.onOutcome { outcome in
                guard case .fulfilled(let response) = outcome else { return }
                promise.fulfill(self.finished(response))
            }
            return .later(promise)
        }
    }
}

extension Problem {
    /// Whether it is a topic's, and not the connection's.
    fileprivate var isAboutTopic: Bool { members.contains { $0.name == "topic" } }
}
