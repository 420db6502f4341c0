import PhoenixChannels
import Synchronization

/// The events of one session's part in shared sockets, in order, whichever thread they come from.
final class SharedInbox: Sendable {
    private struct State {
        var events: [ConnectionEvent] = []
        /// Somebody hands events over, and will find those that are added meanwhile.
        var isDelivering = false
        weak var owner: SharedClient?
    }

    private let state = Mutex(State())
    private let deliver: @Sendable (SharedClient, [ConnectionEvent]) -> Void

    /// `deliver` is called by one thread at a time, with no lock held.
    init(deliver: @escaping @Sendable (SharedClient, [ConnectionEvent]) -> Void) {
        self.deliver = deliver
    }

    /// Whose events they are.
    func owner(_ owner: SharedClient) { state.withLock { $0.owner = owner } }

    /// Adds events; `handOver` is to be called once no lock is held.
    func add(_ events: [ConnectionEvent]) { state.withLock { $0.events += events } }

    /// Hands over what there is, unless another thread does it.
    func handOver() {
        guard begin() else { return }
        while let (owner, events) = next() {
            if let owner { deliver(owner, events) }
        }
    }

    private func begin() -> Bool {
        state.withLock { state in
            guard !state.isDelivering, !state.events.isEmpty else { return false }
            state.isDelivering = true
            return true
        }
    }

    private func next() -> (SharedClient?, [ConnectionEvent])? {
        state.withLock { state in
            guard !state.events.isEmpty else {
                state.isDelivering = false
                return nil
            }
            defer { state.events = [] }
            return (state.owner, state.events)
        }
    }
}
