import Synchronization

/// What an operation has come to so far: nothing, or a value that is set once, under its session's lock.
///
/// Whoever carries it out takes the ticket first; one that was withdrawn before can't be taken.
final class Ticket<Value: Sendable>: Sendable {
    private enum State {
        case open, taken, withdrawn
        case set(Value)
    }

    private let state = Mutex(State.open)

    var value: Value? {
        state.withLock { state in
            guard case .set(let value) = state else { return nil }
            return value
        }
    }

    /// Whether the operation is or was carried out.
    var isTaken: Bool {
        state.withLock { state in
            switch state {
            case .taken, .set: true
            case .open, .withdrawn: false
            }
        }
    }

    /// Says that the operation is carried out now; false when it must not be any more.
    func take() -> Bool { change(from: .open, to: .taken) }

    /// Says that nothing came of it.
    func release() { change(from: .taken, to: .open) }

    /// Has the operation not be carried out, if it isn't yet.
    func withdraw() { change(from: .open, to: .withdrawn) }

    func set(_ value: Value) {
        state.withLock { state in
            switch state {
            case .open, .taken: state = .set(value)
            case .set, .withdrawn: break
            }
        }
    }

    @discardableResult
    private func change(from old: State, to new: State) -> Bool {
        state.withLock { state in
            switch (state, old) {
            case (.open, .open), (.taken, .taken):
                state = new
                return true
            case (.open, _), (.taken, _), (.set, _), (.withdrawn, _): return false
            }
        }
    }
}
