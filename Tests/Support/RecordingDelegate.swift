package import PhoenixChannels
import Synchronization

/// A delegate that keeps what it is told.
package final class RecordingDelegate: ConnectionDelegate {
    private let told = Mutex<[ConnectionEvent]>([])

    package init() {}

    package func connection(_ connection: Connection, produced events: [ConnectionEvent]) {
        told.withLock { $0 += events }
    }

    /// What was told since the last time.
    package func take() -> [ConnectionEvent] {
        told.withLock { told in
            defer { told = [] }
            return told
        }
    }
}

/// A delegate whose events a test awaits, one by one.
package final class StreamingDelegate: ConnectionDelegate {
    package let events: AsyncStream<ConnectionEvent>
    private let continuation: AsyncStream<ConnectionEvent>.Continuation

    package init() {
        (events, continuation) = AsyncStream.makeStream()
    }

    package func connection(_ connection: Connection, produced events: [ConnectionEvent]) {
        for event in events { continuation.yield(event) }
    }
}
