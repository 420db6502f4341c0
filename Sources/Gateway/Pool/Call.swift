import HTTPCore
import HTTPTypes
import PhoenixChannels
import Synchronization

/// One `POST /call` on its way: a client out of the pool, the push, what it awaits.
///
/// Each stage makes a promise of its own, and what that is kept with leads to the next stage or is the answer. All of them
/// share the request's one wait.
final class Call: Sendable {
    /// What is asked for.
    struct Request: Sendable {
        struct Push: Sendable {
            let event: String
            let payload: Payload
        }

        enum Action: Sendable {
            case pushAndAwaitReply(Push, errorsAre200: Bool)
            /// The first entry that passes, from before this call's join or push.
            case awaitMessage(LogFilter, after: Push?)
        }

        let spec: SessionSpec
        let key: PoolKey
        let action: Action
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
    }

    /// Begins; the answer comes later.
    func start() -> Answer {
        promise.onAbandon { self.abandon() }
        let leaveLine = pool.checkOut(request.key, host: host, within: rest) { result in
            switch result {
            case .success(.some(let client)): self.go(on: client)
            case .success(nil): self.connect()
            case .failure(let problem): self.promise.fail(problem.with("stage", Stage.connect.rawValue))
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
        guard !isAbandoned else { return pool.checkIn(client) }
        let began = time.now()
        let after: ReadQuery.After = client.isWarm ? .cursor(client.session.latest) : .start
        do throws(Problem) {
            switch request.action {
            case .pushAndAwaitReply(let push, let errorsAre200):
                let answer = try client.session.push(
                    request.key.topic, push.event, push.payload, errorsAre200: errorsAre200, stage { _ in .reply })
                followLast(answer, on: client, since: began)
            case .awaitMessage(let filter, let push):
                if let push {
                    _ = try client.session.push(
                        request.key.topic, push.event, push.payload, errorsAre200: true, Wait(requestID: requestID))
                }
                let query = ReadQuery(form: .await(count: nil), filter: filter, limit: 1, after: after)
                followLast(try client.session.read(query, stage { _ in .await }), on: client, since: began)
            }
        } catch {
            pool.checkIn(client)
            promise.fail(error.with("stage", Stage.push.rawValue))
        }
    }

    private func followLast(_ answer: Answer, on client: ClientPool.Client, since began: Duration) {
        follow(answer, .outcome) { response in
            self.finish(client, response, began)
        } abandoned: {
            self.pool.checkIn(client)
        }
    }

    private func finish(_ client: ClientPool.Client, _ response: Response, _ began: Duration) {
        // The client goes back first: a caller that asks again at once finds it.
        pool.checkIn(client)
        let timing = state.withLock { state in
            state.timing.reply = time.now() - began
            return state.timing
        }
        var response = response
        if case .pushAndAwaitReply = request.action, response.status == .ok {
            response.body = Array(#"{"reply":"#.utf8) + response.body + [UInt8(ascii: "}")]
        }
        response.headers[.serverTiming] = timing.description
        answer(response)
    }

    private func answer(_ response: Response) { promise.fulfill(response) }

    // MARK: Waiting

    /// The wait of a stage, whose problems say where the call stopped.
    private func stage(_ stage: @escaping @Sendable (Problem) -> Stage) -> Wait {
        Wait(requestID: requestID, duration: rest) { $0.with("stage", stage($0).rawValue) }
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

    private func abandon() {
        let cancel = state.withLock { state in
            state.isAbandoned = true
            return state.cancel
        }
        cancel?()
    }
}

extension Problem {
    /// Whether it is a topic's, and not the connection's.
    fileprivate var isAboutTopic: Bool { members.contains { $0.name == "topic" } }
}
