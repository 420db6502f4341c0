import PhoenixChannels
import Synchronization

/// What a session's part in shared sockets is told of replies.
final class RepliesTold: Sendable {
    private let events = Mutex<[ConnectionEvent]>([])

    func add(_ events: [ConnectionEvent]) { self.events.withLock { $0 += events } }

    /// Pushes that were replied to.
    var refs: [Ref] {
        events.withLock { events in
            events.compactMap { event in if case .replied(_, let ref, _) = event { ref } else { nil } }
        }
    }

    /// Pushes whose replies were lost.
    var lost: [Ref] {
        events.withLock { events in
            events.compactMap { event in if case .replyLost(_, let ref, _) = event { ref } else { nil } }
        }
    }
}
