import Synchronization

/// One workload at a time of a client that is driven by what it receives: what is still to be sent, and still to come.
///
/// The bare client and the callback core both ask it, so that its own cost is in both.
final class Pump: Sendable {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private struct State {
        var toSend = 0
        var toCome = 0
        var last = ContinuousClock.now
        var intervals: [Duration] = []
        var waiting: CheckedContinuation<[Duration], any Error>?
    }

    private let state = Mutex(State())

    /// Begins a workload, sends its first messages with `send`, and waits until all has come.
    ///
    /// - Parameters:
    ///   - window: how many are sent at once.
    ///   - later: how many more are sent, one for each that comes.
    ///   - messages: how many come.
    ///   - send: sends so many.
    /// - Returns: the time from the beginning, or from one batch that came, to the next.
    /// - Throws: `Failure`, with what was told instead.
    func run(window: Int, later: Int, messages: Int, send: (Int) throws -> Void) async throws -> [Duration] {
        try await withCheckedThrowingContinuation { continuation in
            state.withLock { state in
                state = State(toSend: later, toCome: messages, waiting: continuation)
                state.intervals.reserveCapacity(messages)
            }
            do { try send(window) } catch { fail("\(error)") }
        }
    }

    /// Counts what has come, and says how many are to be sent for it.
    func came(_ count: Int) -> Int {
        let (answer, done) = state.withLock { state in
            let now = ContinuousClock.now
            state.intervals.append(now - state.last)
            state.last = now
            state.toCome -= count
            let next = min(count, state.toSend)
            state.toSend -= next
            guard state.toCome <= 0, let waiting = state.waiting else { return (next, nil as (() -> Void)?) }
            state.waiting = nil
            return (next, { [intervals = state.intervals] in waiting.resume(returning: intervals) })
        }
        done?()
        return answer
    }

    func fail(_ reason: String) {
        let waiting = state.withLock { state in
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume(throwing: Failure(description: reason))
    }
}
