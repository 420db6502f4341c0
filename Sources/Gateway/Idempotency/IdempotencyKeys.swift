package import HTTPCore
import HTTPTypes
import Synchronization

/// Has what requests of the same `Idempotency-Key` ask for done once, and all of them answered with its outcome.
///
/// The first request begins the operation; what comes with the same key attaches to it, waits as long as its own `wait`
/// says, and gets the outcome. When nobody waits any more, what was begun rests, and the next request resumes waiting for
/// it. An outcome is kept for the key's lifetime; one that may pass (a problem that is retryable, or with which nothing was
/// sent) is not, so that the caller can mend what was wrong and repeat. A `wait` may differ, all else may not.
///
/// Operations are called with no lock held, and one call at a time for a key, but for looks at what others wait for; what
/// comes meanwhile comes again after it. `KeyState` says which.
package final class IdempotencyKeys: Sendable {
    private typealias Scope = IdempotencyKey.Scope
    private typealias State = KeyTable.State

    /// What is to be done for a request, once the lock is free.
    private enum Step: Sendable {
        /// To begin the operation, or to resume what was begun.
        case call(id: UInt64, any KeyedOperation)
        case look(any KeyedOperation)
        case answer(Response)
        case wait(ResponsePromise)
    }

    /// Requests that wait under one key at the most: a client has a few tries on their way, not a crowd.
    static let maxClients = 64

    private let deadlines: Deadlines
    private let table: Mutex<KeyTable>

    package init(_ deadlines: Deadlines, maxKeys: Int = KeyTable.maxKeys, maxBytes: Int = KeyTable.maxBytes) {
        self.deadlines = deadlines
        table = Mutex(KeyTable(maxKeys: maxKeys, maxBytes: maxBytes))
    }

    /// How many keys are remembered.
    package var count: Int { table.withLock { $0.count } }

    /// Answers a request: by `operation`, or if it has a key that was there before, by what was begun then.
    package func answer(
        _ request: Request, _ wait: Wait, _ operation: some KeyedOperation
    ) throws(Problem) -> Answer {
        guard let key = try IdempotencyKey(request, session: operation.sessionID) else {
            return try operation.begin(wait)
        }
        return try answer(key, wait, operation)
    }

    private func answer(
        _ key: IdempotencyKey, _ wait: Wait, _ operation: any KeyedOperation
    ) throws(Problem) -> Answer {
        switch try step(key, wait, operation) {
        case .call(let id, let operation): return try drive(key, id, wait, operation)
        case .look(let operation):
            guard let begun = operation.begun else { throw operation.late.whileOthersWait }
            return try begun.resume(wait)
        case .answer(let response): return wait.now(response)
        case .wait(let promise): return .later(promise)
        }
    }

    private func step(
        _ key: IdempotencyKey, _ wait: Wait, _ operation: any KeyedOperation
    ) throws(Problem) -> Step {
        let now = deadlines.time.now()
        return try table.withLock { table throws(Problem) -> Step in
            table.expire(at: now)
            guard let entry = table[key.scope] else {
                let id = try table.begin(key, operation, at: now)
                watchExpiry(at: now, &table)
                return .call(id: id, operation)
            }
            guard entry.key.fingerprint == key.fingerprint else { throw .idempotencyMismatch }
            guard wait.hasRoom || entry.answersAtOnce(wait) else { throw .tooManyWait }
            let number = table.nextID()
            let step = table.change(key.scope, entry.id) { state, _ -> Step? in
                switch state.admit(maxClients: Self.maxClients, waits: { $0.waits(wait) }) {
                case .answer(let response): return .answer(response)
                case .look(let operation): return .look(operation)
                case .resume(let operation): return .call(id: entry.id, operation)
                case .queue:
                    // Its own headers are added when it comes again.
                    let promise = ResponsePromise(requestID: wait.requestID)
                    state.queue(KeyEntry.Arrival(key: key, operation: operation, wait: wait, promise: promise))
                    return .wait(promise)
                case .attach(let operation):
                    let client = self.client(number, key, entry.id, wait, operation)
                    state.attach(client)
                    return .wait(client.promise)
                case .refuse: return nil
                }
            }
            guard case .some(.some(let step)) = step else {
                throw .tooManyRequests("\(Self.maxClients) requests wait under this Idempotency-Key.")
            }
            return step
        }
    }

    /// Calls the operation, and has the request wait for it if it is to be waited for.
    private func drive(
        _ key: IdempotencyKey, _ id: UInt64, _ wait: Wait, _ operation: any KeyedOperation
    ) throws(Problem) -> Answer {
        let answer: Answer
        do throws(Problem) {
            answer = try Self.call(operation, wait.standing(for: KeyTable.lifetime))
        } catch {
            let response = error.response(requestID: wait.requestID)
            let begun = operation.begun
            change(key.scope, id) { state, room in
                state.refused(response, begun: begun, hasRoom: response.body.count <= room)
            }
            throw error
        }
        switch answer {
        case .now(let response):
            let begun = operation.begun
            change(key.scope, id) { state, room in
                state.answered(response, begun: begun, hasRoom: response.body.count <= room)
            }
            return wait.now(response)
        case .later(let promise):
            let number = table.withLock { $0.nextID() }
            let client = wait.promise()
            // A push that was sent lets its payload go, however long its reply is waited for.
            let (begun, rest) = (operation.begun, operation.rest)
            change(key.scope, id) { state, _ in
                state.promised(promise, self.client(number, key, id, wait, rest, client), begun: begun)
            }
            promise.onOutcome { outcome in
                guard case .fulfilled(let response) = outcome else { return }
                self.finished(key.scope, id, rest, promise, response)
            }
            return .later(client)
        }
    }

    private static func call(_ operation: any KeyedOperation, _ wait: Wait) throws(Problem) -> Answer {
        guard let begun = operation.begun else { return try operation.begin(wait) }
        return try begun.resume(wait)
    }

    /// A request that waits under its key, until its own wait is over; made with the lock held.
    private func client(
        _ number: UInt64, _ key: IdempotencyKey, _ id: UInt64, _ wait: Wait, _ operation: any KeyedOperation,
        _ promise: ResponsePromise? = nil
    ) -> KeyEntry.Client {
        let promise = promise ?? wait.promise()
        // Nobody has seen the promise yet, so neither of the two can run before the lock is free.
        if !operation.outlivesClients { promise.onAbandon { self.leave(key.scope, id, number) } }
        let deadline = deadlines.add(after: wait.duration ?? .zero) { self.leave(key.scope, id, number) }
        return KeyEntry.Client(id: number, promise: promise, deadline: deadline)
    }

    /// Forgets keys when they are old, whether or not requests come.
    private func watchExpiry(at now: Duration, _ table: inout KeyTable) {
        guard !table.isWatched, let expiry = table.nextExpiry else { return }
        table.isWatched = true
        _ = deadlines.add(after: max(expiry - now, KeyTable.sweep)) { [weak self] in
            guard let self else { return }
            let now = deadlines.time.now()
            self.table.withLock { table in
                table.isWatched = false
                table.expire(at: now)
                self.watchExpiry(at: now, &table)
            }
        }
    }
}

/// How requests stop waiting.
extension IdempotencyKeys {
    /// The operation has come out: all who wait are answered.
    private func finished(
        _ scope: Scope, _ id: UInt64, _ operation: any KeyedOperation, _ promise: ResponsePromise, _ response: Response
    ) {
        let begun = operation.begun
        let clients = change(scope, id) { state, room in
            state.kept(promise, response, begun: begun, hasRoom: response.body.count <= room)
        }
        end(clients) { $0.fulfill(response) }
    }

    /// A request's wait is over, or its client has gone.
    private func leave(_ scope: Scope, _ id: UInt64, _ number: UInt64) {
        switch table.withLock({ $0.change(scope, id) { state, _ in state.leave(number) } }) {
        case nil, .some(nil): return
        case .some(.oneOfMany(let client, let operation)): end([client]) { $0.fail(operation.late.whileOthersWait) }
        case .some(.last(let operation, let promise)):
            guard let problem = operation.giveUp(promise) else {
                // The outcome is there, and answers.
                change(scope, id) { state, _ in state.stayed() }
                return
            }
            let begun = operation.begun
            end(change(scope, id) { state, _ in state.gaveUp(begun: begun) }) { $0.fail(problem) }
        }
    }

    private func end(_ clients: [KeyEntry.Client], _ answer: (ResponsePromise) -> Void) {
        for client in clients {
            deadlines.cancel(client.deadline)
            answer(client.promise)
        }
    }

    /// Changes what is known under a key; then those who came meanwhile come again.
    ///
    /// - Returns: who is to be answered.
    @discardableResult
    private func change(
        _ scope: Scope, _ id: UInt64, _ event: (inout State, _ room: Int) -> State.Release
    ) -> [KeyEntry.Client] {
        guard let release = table.withLock({ $0.change(scope, id, event) }) else { return [] }
        for arrival in release.arrivals { readmit(arrival) }
        return release.clients
    }

    private func readmit(_ arrival: KeyEntry.Arrival) {
        do throws(Problem) {
            arrival.promise.follow(try answer(arrival.key, arrival.wait, arrival.operation))
        } catch {
            arrival.promise.fail(error)
        }
    }
}
