import Synchronization

/// The rest of a response's body, written over time by one writer for a reader that may be slow.
///
/// The writer calls `write` and `finish` from any thread; none of its calls blocks. What the server hasn't taken yet is
/// held: `maxBuffered` bytes and one write at the most. A reader that falls further behind, be it for a moment, is cut off,
/// and the writer is told. A writer that has more at once, and can produce it later, asks with `onDrained` when to go on,
/// and never has its reader cut off: that is for bursts.
///
/// Every closure runs once, on the thread that brought it about, with no lock held.
package final class ResponseStream: Sendable {
    /// How a stream ended.
    package enum End: Sendable, Equatable {
        /// The writer has finished, and the server has taken all.
        case finished
        /// The client has gone.
        case gone
        /// More than may be held was written before the client took it, and it was cut off.
        case tooSlow
    }

    /// What the server finds when it looks for bytes to send.
    package enum Taken: Sendable, Equatable {
        case bytes([UInt8])
        /// Nothing so far: it may sleep, once `sleep` has agreed.
        case nothing
        case end(End)
    }

    private typealias Action = @Sendable () -> Void

    /// What the server does when it is told.
    private struct Server {
        let wake: Action
        let cut: Action
        let finished: Action
        let budget: ByteBudget
    }

    private struct State {
        var buffer: [UInt8] = []
        /// How much of the buffer the server has.
        var taken = 0
        /// How much it has been given in all.
        var sent = 0
        var isFinished = false
        var end: End?
        var isAsleep = false
        var server: Server?
        /// How much of the server's budget it has.
        var counted = 0
        var onEnd: [@Sendable (End) -> Void] = []
        var onDrained: Action?

        var waiting: Int { buffer.count - taken }
        var hasSomething: Bool { waiting > 0 || isFinished || end != nil }
    }

    /// Bytes that may wait to be taken: some hundred records, and little beside what the socket itself holds.
    package static let standardBuffer = 64 * 1024

    package let maxBuffered: Int
    private let state = Mutex(State())

    package init(maxBuffered: Int = ResponseStream.standardBuffer) {
        self.maxBuffered = maxBuffered
    }

    /// How it ended; nil while it goes on.
    package var end: End? { state.withLock { $0.end } }

    /// Bytes that are held: written and not yet taken, and at most as many that were.
    package var buffered: Int { state.withLock { $0.buffer.count } }

    /// Bytes that the server has taken in all.
    package var sent: Int { state.withLock { $0.sent } }

    /// Adds a record to the body.
    ///
    /// - Returns: false when there is nobody to write to, any more: the stream has ended or was finished, or ends now
    ///   since the reader is too slow.
    @discardableResult
    package func write(_ record: [UInt8]) -> Bool {
        change { state, actions in
            guard state.end == nil, !state.isFinished else { return false }
            if state.waiting > 0, state.waiting + record.count > maxBuffered {
                Self.end(.tooSlow, &state, &actions)
                return false
            }
            state.buffer += record
            return true
        }
    }

    /// Ends the body, after what is buffered and one last record.
    ///
    /// Harmless when it has ended.
    package func finish(_ last: [UInt8] = []) {
        change { state, actions in
            guard state.end == nil, !state.isFinished else { return }
            state.buffer += last
            state.isFinished = true
            if let server = state.server { actions.append(server.finished) }
        }
    }

    /// Runs `action` once all that was written is taken: at once when it is.
    ///
    /// One action at a time; it doesn't run when the stream ends before.
    package func onDrained(_ action: @escaping @Sendable () -> Void) {
        let now = state.withLock { state in
            if state.end == nil, state.waiting > 0 { state.onDrained = action }
            return state.end == nil && state.waiting == 0
        }
        if now { action() }
    }

    /// Runs `action` when the stream ends: at once when it has.
    ///
    /// Two actions at the most: the writer's, and that of who counts streams.
    package func onEnd(_ action: @escaping @Sendable (End) -> Void) {
        let end = state.withLock { state in
            if state.end == nil { state.onEnd.append(action) }
            return state.end
        }
        if let end { action(end) }
    }

    // MARK: the server's side

    /// Says whom to wake when there is something to take after `sleep`, who cuts off a reader that is gone or slow, and who
    /// hears that no more is written.
    ///
    /// What is held counts in `budget`; past that, a reader is cut off that has more than `maxBuffered` to take.
    package func serve(
        wake: @escaping @Sendable () -> Void, cut: @escaping @Sendable () -> Void,
        finished: @escaping @Sendable () -> Void, budget: ByteBudget
    ) {
        change { state, actions in
            state.server = Server(wake: wake, cut: cut, finished: finished, budget: budget)
            if state.isFinished { actions.append(finished) }
        }
    }

    /// Takes up to `limit` bytes, or learns that there are none.
    package func take(_ limit: Int) -> Taken {
        change { state, actions in
            if let end = state.end { return .end(end) }
            let count = min(limit, state.waiting)
            if count > 0 {
                let bytes = Array(state.buffer[state.taken..<(state.taken + count)])
                state.taken += count
                state.sent += count
                // No more than what waits is held beside it, and each byte is moved once on the average.
                if state.taken >= state.waiting {
                    state.buffer.removeFirst(state.taken)
                    state.taken = 0
                }
                if state.waiting == 0, let drained = state.onDrained.take() { actions.append(drained) }
                return .bytes(bytes)
            }
            guard state.isFinished else { return .nothing }
            Self.end(.finished, &state, &actions)
            return .end(.finished)
        }
    }

    /// Agrees that the server sleeps until it is woken.
    ///
    /// False when something has come in the meantime.
    package func sleep() -> Bool {
        state.withLock { state in
            state.isAsleep = !state.hasSomething
            return state.isAsleep
        }
    }

    /// Says that the client has gone.
    ///
    /// Harmless when the stream has ended.
    package func abandon() {
        change { state, actions in
            guard state.end == nil else { return }
            Self.end(.gone, &state, &actions)
        }
    }

    private static func end(_ end: End, _ state: inout State, _ actions: inout [Action]) {
        state.end = end
        (state.buffer, state.taken, state.onDrained) = ([], 0, nil)
        actions += state.onEnd.map { told in { told(end) } }
        state.onEnd = []
        if end != .finished, let server = state.server { actions.append(server.cut) }
    }

    /// Counts what is held now.
    private func count(_ state: inout State, _ actions: inout [Action]) {
        guard let budget = state.server?.budget else { return }
        let more = state.buffer.count - state.counted
        if more > 0, state.buffer.count > maxBuffered {
            if !budget.take(more) {
                Self.end(.tooSlow, &state, &actions)
                budget.giveBack(state.counted)
            }
        } else {
            budget.add(more)
        }
        state.counted = state.buffer.count
    }

    /// Changes the state, then wakes the server if it sleeps and has a reason not to, and runs what came of it.
    private func change<R: Sendable>(_ body: (inout State, inout [Action]) -> R) -> R {
        var actions: [Action] = []
        let result = state.withLock { state in
            let result = body(&state, &actions)
            count(&state, &actions)
            if state.isAsleep, state.hasSomething, let server = state.server {
                state.isAsleep = false
                actions.append(server.wake)
            }
            return result
        }
        for action in actions { action() }
        return result
    }
}
