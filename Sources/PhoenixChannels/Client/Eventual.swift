import Synchronization

/// A value that will be there later: set once, from any thread, and awaited by any number of tasks.
final class Eventual<Value: Sendable>: Sendable {
    typealias Outcome = Result<Value, ChannelsError>

    private enum State {
        case pending([UInt64: CheckedContinuation<Value, any Error>], last: UInt64)
        case done(Outcome)
    }

    private let state = Mutex(State.pending([:], last: 0))

    /// Sets the outcome; only the first one counts.
    func settle(_ outcome: Outcome) {
        let waiting = state.withLock { state -> [CheckedContinuation<Value, any Error>] in
            guard case .pending(let waiting, _) = state else { return [] }
            state = .done(outcome)
            return Array(waiting.values)
        }
        for continuation in waiting { continuation.resume(with: outcome.mapError { $0 }) }
    }

    /// Waits for the outcome.
    ///
    /// - Throws: `ChannelsError`, or `CancellationError` when the task is cancelled first.
    var value: Value {
        get async throws {
            let number = register()
            return try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { wait($0, number) }
            } onCancel: {
                cancel(number)
            }
        }
    }

    /// The same with a limit.
    ///
    /// - Throws: `ChannelsError.timedOut` past the limit.
    func value(within limit: Duration) async throws -> Value {
        try await withThrowingTaskGroup(of: Value.self) { group in
            group.addTask { try await self.value }
            group.addTask {
                try await Task.sleep(for: limit)
                throw ChannelsError.timedOut
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw CancellationError() }
            return first
        }
    }

    private func register() -> UInt64 {
        state.withLock { state in
            guard case .pending(let waiting, let last) = state else { return 0 }
            state = .pending(waiting, last: last + 1)
            return last + 1
        }
    }

    private func wait(_ continuation: CheckedContinuation<Value, any Error>, _ number: UInt64) {
        let outcome: Outcome? = state.withLock { state in
            switch state {
            case .done(let outcome): return outcome
            case .pending(var waiting, let last):
                waiting[number] = continuation
                state = .pending(waiting, last: last)
                return nil
            }
        }
        if let outcome { return continuation.resume(with: outcome.mapError { $0 }) }
        // Cancelled before it waited: nobody else would resume it.
        if Task.isCancelled { cancel(number) }
    }

    private func cancel(_ number: UInt64) {
        let continuation = state.withLock { state -> CheckedContinuation<Value, any Error>? in
            guard case .pending(var waiting, let last) = state else { return nil }
            let continuation = waiting.removeValue(forKey: number)
            state = .pending(waiting, last: last)
            return continuation
        }
        continuation?.resume(throwing: CancellationError())
    }
}
