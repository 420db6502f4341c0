import NIOCore
import Synchronization

/// How the server misbehaves towards everybody, as its control surface was asked to.
final class DemoFaults: Sendable {
    /// An answer to an upgrade that isn't 101.
    struct Refusal: Equatable, Sendable {
        let status: Int
        /// Seconds, for the header Retry-After.
        let retryAfter: Int?
    }

    private struct State {
        var refusal: Refusal?
        var refusalsLeft = 0
        var joinDelay = Duration.zero
        var delay = Duration.zero
        var stalledUntil: NIODeadline?
    }

    private let state = Mutex(State())

    /// How long every join takes at least.
    var joinDelay: Duration {
        get { state.withLock { $0.joinDelay } }
        set { state.withLock { $0.joinDelay = newValue } }
    }

    /// How late everything is that a socket says.
    var delay: Duration {
        get { state.withLock { $0.delay } }
        set { state.withLock { $0.delay = newValue } }
    }

    /// Until when a new connection isn't read.
    var stalledUntil: NIODeadline? { state.withLock { $0.stalledUntil } }

    /// Stalls new connections until then, or for longer if that was asked for before.
    func stall(until deadline: NIODeadline) {
        state.withLock { $0.stalledUntil = max($0.stalledUntil ?? deadline, deadline) }
    }

    /// Has so many upgrades refused, whatever was to be refused before.
    func refuse(_ count: Int, with refusal: Refusal) {
        state.withLock { state in
            state.refusal = refusal
            state.refusalsLeft = count
        }
    }

    /// The refusal of one more upgrade; nil when none is left.
    func takeRefusal() -> Refusal? {
        state.withLock { state in
            guard state.refusalsLeft > 0 else { return nil }
            state.refusalsLeft -= 1
            return state.refusal
        }
    }
}
