import Synchronization

/// What an operation has come to so far: nothing, or a value that is set once, under its session's lock.
final class Ticket<Value: Sendable>: Sendable {
    private let state = Mutex<Value?>(nil)

    var value: Value? { state.withLock { $0 } }

    func set(_ value: Value) {
        state.withLock { state in
            if state == nil { state = value }
        }
    }
}
