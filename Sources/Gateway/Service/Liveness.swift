import HTTPCore
import HTTPTypes
import PhoenixChannels
import Synchronization

/// Whether the event loops and the waiting thread still turn: asked of them each time, and told the next time.
final class Liveness: Sendable {
    private enum State {
        case turned(at: Duration)
        /// Asked, and not answered yet.
        case turning(since: Duration)
    }

    /// A turn that takes longer is none: nothing that is run there takes a tenth of it.
    static let longestTurn = Duration.seconds(5)
    /// Probes that come thick and fast are no work for the loops.
    private static let interval = Duration.milliseconds(100)

    private let transport: any Transport
    private let time: any TimeSource
    private let state: Mutex<State>

    init(transport: any Transport, time: any TimeSource) {
        self.transport = transport
        self.time = time
        state = Mutex(.turned(at: time.now() - Self.interval))
    }

    /// Has all loops and the thread turn, and throws when that was asked too long ago.
    func check() throws(Problem) {
        let now = time.now()
        let (isDue, isStuck) = state.withLock { state -> (Bool, Bool) in
            switch state {
            case .turned(let last):
                guard now - last >= Self.interval else { return (false, false) }
                state = .turning(since: now)
                return (true, false)
            case .turning(let since): return (false, now - since > Self.longestTurn)
            }
        }
        if isStuck { throw .notTurning }
        guard isDue else { return }
        transport.turn { [self] in
            time.perform { [self] in state.withLock { $0 = .turned(at: time.now()) } }
        }
    }
}

extension Problem {
    fileprivate static let notTurning = Problem(
        "internal", .internalServerError, title: "A thread stands still",
        detail: "An event loop or the waiting thread has not turned for 5 s: restart the gateway.")
}
