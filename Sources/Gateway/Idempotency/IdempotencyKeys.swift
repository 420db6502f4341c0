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
/// Operations are called with no lock held, and one call at a time for a key: what comes meanwhile comes again after it.
package final class IdempotencyKeys: Sendable {
    private typealias Scope = IdempotencyKey.Scope

    /// What is to be done for a request, once the lock is free.
    private enum Step: Sendable {
        case begin(id: UInt64, any KeyedOperation)
        case resume(id: UInt64, any KeyedOperation)
        /// To be answered without waiting, while others wait or nobody does.
        case look(any KeyedOperation)
        case answer(Response)
        case wait(ResponsePromise)
    }

    /// Requests that wait under one key at the most: a client has a few tries on their way, not a crowd.
    private static let maxClients = 64

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
        return try answer(key.scope, key.fingerprint, wait, operation)
    }

    private func answer(
        _ scope: Scope, _ fingerprint: IdempotencyKey.Fingerprint, _ wait: Wait, _ operation: any KeyedOperation
    ) throws(Problem) -> Answer {
        switch try step(scope, fingerprint, wait, operation) {
        case .begin(let id, let operation):
            return try drive(scope, id, wait, operation) { wait throws(Problem) in try operation.begin(wait) }
        case .resume(let id, let operation):
            return try drive(scope, id, wait, operation) { wait throws(Problem) in try operation.resume(wait) }
        case .look(let operation):
            guard operation.isBegun else { throw operation.late.whileOthersWait }
            return try operation.resume(wait)
        case .answer(let response): return wait.now(response)
        case .wait(let promise): return .later(promise)
        }
    }

    private func step(
        _ scope: Scope, _ fingerprint: IdempotencyKey.Fingerprint, _ wait: Wait, _ operation: any KeyedOperation
    ) throws(Problem) -> Step {
        let now = deadlines.time.now()
        return try table.withLock { table throws(Problem) -> Step in
            table.expire(at: now)
            guard var entry = table[scope] else {
                let id = table.nextID()
                table[scope] = KeyEntry(id: id, fingerprint: fingerprint, operation: operation, since: now)
                return .begin(id: id, operation)
            }
            guard entry.fingerprint == fingerprint else { throw .idempotencyMismatch }
            defer { table[scope] = entry }
            if let outcome = entry.outcome { return .answer(outcome) }
            guard wait.hasRoom else { throw .tooManyWait }
            guard entry.clients.count + entry.arrivals.count < Self.maxClients else {
                throw .tooManyRequests("\(Self.maxClients) requests wait under this Idempotency-Key.")
            }
            if entry.isBusy {
                // Its own headers are added when it comes again.
                let promise = ResponsePromise(requestID: wait.requestID)
                entry.arrivals.append(KeyEntry.Arrival(operation: operation, wait: wait, promise: promise))
                return .wait(promise)
            }
            guard let duration = wait.duration else {
                return entry.immediate.map { .answer($0) } ?? .look(entry.operation)
            }
            guard entry.promise == nil else {
                let promise = wait.promise()
                entry.clients.append(self.client(scope, entry.id, promise, duration, &table))
                return .wait(promise)
            }
            entry.isBusy = true
            return .resume(id: entry.id, entry.operation)
        }
    }

    /// Calls the operation for the request that found nobody waiting, and has that wait for it if it is to be waited for.
    private func drive(
        _ scope: Scope, _ id: UInt64, _ wait: Wait, _ operation: any KeyedOperation,
        _ call: (Wait) throws(Problem) -> Answer
    ) throws(Problem) -> Answer {
        let answer: Answer
        do throws(Problem) {
            answer = try call(wait.standing(for: KeyTable.lifetime))
        } catch {
            change(scope, id) { entry, _ in
                entry.isBusy = false
                return operation.isBegun
            }
            throw error
        }
        switch answer {
        case .now(let response):
            change(scope, id) { entry, _ in
                entry.isBusy = false
                if response.status == .accepted, operation.isBegun {
                    entry.immediate = response
                } else {
                    entry.outcome = response
                }
                return response.isFinal
            }
            return wait.now(response)
        case .later(let promise):
            let client = wait.promise()
            change(scope, id) { entry, table in
                entry.isBusy = false
                entry.promise = promise
                entry.clients.append(self.client(scope, id, client, wait.duration ?? .zero, &table))
                return true
            }
            promise.onOutcome { outcome in
                guard case .fulfilled(let response) = outcome else { return }
                self.finished(scope, id, promise, response)
            }
            return .later(client)
        }
    }

    /// Makes a request wait under its key, until its own wait is over.
    private func client(
        _ scope: Scope, _ id: UInt64, _ promise: ResponsePromise, _ duration: Duration, _ table: inout KeyTable
    ) -> KeyEntry.Client {
        let number = table.nextID()
        // Nobody has seen the promise yet, so neither of the two can run before the lock is free.
        promise.onAbandon { self.leave(scope, id, number, isGone: true) }
        let deadline = deadlines.add(after: duration) { self.leave(scope, id, number, isGone: false) }
        return KeyEntry.Client(id: number, promise: promise, deadline: deadline)
    }
}

/// How requests stop waiting.
extension IdempotencyKeys {
    /// What becomes of a request that waits no longer.
    private enum Leaving: Sendable {
        case ignored
        /// Others wait on.
        case oneOfMany(KeyEntry.Client)
        /// Nobody else waits.
        case last(KeyEntry.Client, ResponsePromise)
    }

    /// The operation has come out: all who wait are answered.
    private func finished(_ scope: Scope, _ id: UInt64, _ promise: ResponsePromise, _ response: Response) {
        var clients: [KeyEntry.Client] = []
        change(scope, id) { entry, _ in
            guard entry.promise === promise else { return true }
            swap(&clients, &entry.clients)
            entry.promise = nil
            entry.outcome = response
            return response.isFinal
        }
        for client in clients {
            deadlines.cancel(client.deadline)
            client.promise.fulfill(response)
        }
    }

    /// A request's wait is over, or its client has gone.
    private func leave(_ scope: Scope, _ id: UInt64, _ number: UInt64, isGone: Bool) {
        let (leaving, operation) = table.withLock { table -> (Leaving, (any KeyedOperation)?) in
            guard var entry = table[scope], entry.id == id, !entry.isBusy, let promise = entry.promise,
                let index = entry.clients.firstIndex(where: { $0.id == number }),
                !isGone || !entry.operation.outlivesClients
            else { return (.ignored, nil) }
            defer { table[scope] = entry }
            guard entry.clients.count == 1 else {
                return (.oneOfMany(entry.clients.remove(at: index)), entry.operation)
            }
            entry.isBusy = true
            return (.last(entry.clients[index], promise), entry.operation)
        }
        guard let operation else { return }
        switch leaving {
        case .ignored: return
        case .oneOfMany(let client):
            deadlines.cancel(client.deadline)
            client.promise.fail(operation.late.whileOthersWait)
        case .last(let client, let promise):
            let problem = operation.giveUp(promise)
            change(scope, id) { entry, _ in
                entry.isBusy = false
                guard problem != nil else { return true }
                entry.clients = []
                entry.promise = nil
                return operation.isBegun
            }
            // Without a problem the outcome is there, and answers.
            guard let problem else { return }
            deadlines.cancel(client.deadline)
            client.promise.fail(problem)
        }
    }

    /// Changes an entry, or forgets it where `body` returns false; then those who came meanwhile come again.
    private func change(_ scope: Scope, _ id: UInt64, _ body: (inout KeyEntry, inout KeyTable) -> Bool) {
        let came = table.withLock { table -> (IdempotencyKey.Fingerprint, [KeyEntry.Arrival])? in
            guard var entry = table[scope], entry.id == id else { return nil }
            let isKept = body(&entry, &table)
            var arrivals: [KeyEntry.Arrival] = []
            if !isKept || !entry.isBusy { swap(&arrivals, &entry.arrivals) }
            table[scope] = isKept ? entry : nil
            return (entry.fingerprint, arrivals)
        }
        guard let (fingerprint, arrivals) = came else { return }
        for arrival in arrivals { readmit(arrival, scope, fingerprint) }
    }

    private func readmit(_ arrival: KeyEntry.Arrival, _ scope: Scope, _ fingerprint: IdempotencyKey.Fingerprint) {
        do throws(Problem) {
            switch try answer(scope, fingerprint, arrival.wait, arrival.operation) {
            case .now(let response): arrival.promise.fulfill(response)
            case .later(let promise):
                promise.onOutcome { outcome in
                    guard case .fulfilled(let response) = outcome else { return }
                    arrival.promise.fulfill(response)
                }
                arrival.promise.onAbandon { promise.abandon() }
            }
        } catch {
            arrival.promise.fail(error)
        }
    }
}
