import Gateway
import Synchronization

/// A clock that goes on when the test says so; the waiting thread's work is done then, on the test's own thread.
final class ManualTime: TimeSource {
    typealias Work = @Sendable () -> Void

    private struct State {
        var now = Duration.zero
        var soon: [Work] = []
        var later: [(time: Duration, work: Work)] = []
    }

    private let state = Mutex(State())

    func now() -> Duration { state.withLock { $0.now } }

    /// 2026-11-24T00:00:00.000Z, and the time since.
    func wallMilliseconds() -> Int64 { 1_795_478_400_000 + Int64(now() / .milliseconds(1)) }

    func perform(_ work: @escaping Work) { state.withLock { $0.soon.append(work) } }

    func perform(at time: Duration, _ work: @escaping Work) { state.withLock { $0.later.append((time, work)) } }

    /// Does what is due.
    func run() {
        while true {
            let due = state.withLock { state -> [Work] in
                let now = state.now
                let due = state.soon + state.later.filter { $0.time <= now }.map(\.work)
                state.soon = []
                state.later.removeAll { $0.time <= now }
                return due
            }
            guard !due.isEmpty else { return }
            for work in due { work() }
        }
    }

    /// Moves on, and does nothing of what is due.
    func stand(for duration: Duration) { state.withLock { $0.now += duration } }

    /// Moves on, and does what becomes due at its time.
    func advance(by duration: Duration) {
        run()
        let end = now() + duration
        while let next = state.withLock({ $0.later.map(\.time).min() }), next <= end {
            state.withLock { $0.now = max($0.now, next) }
            run()
        }
        state.withLock { $0.now = end }
        run()
    }
}
