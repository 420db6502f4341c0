import Synchronization

/// All deadlines of the gateway: one wheel, one thread that wakes only when the next one may be due.
package final class Deadlines: Sendable {
    package typealias Token = DeadlineWheel<@Sendable () -> Void>.Token

    private struct State {
        var wheel = DeadlineWheel<@Sendable () -> Void>()
        /// The tick that the thread will wake for; nil when nothing is awaited.
        var alarm: UInt64?
    }

    package let time: any TimeSource
    private let state = Mutex(State())

    package init(time: any TimeSource) {
        self.time = time
    }

    /// How many deadlines are awaited.
    package var count: Int {
        state.withLock { $0.wheel.count }
    }

    /// Runs `action` on the waiting thread once `wait` has passed, unless it is cancelled first.
    package func add(after wait: Duration, _ action: @escaping @Sendable () -> Void) -> Token {
        add(at: time.now() + wait, action)
    }

    /// The same at a time, or soon where that has passed.
    func add(at moment: Duration, _ action: @escaping @Sendable () -> Void) -> Token {
        let due = Self.tick(moment) + 1
        let (token, alarm): (Token, UInt64?) = state.withLock { state in
            let token = state.wheel.add(due: due, action)
            guard state.alarm.map({ due < $0 }) ?? true else { return (token, nil) }
            state.alarm = due
            return (token, due)
        }
        if let alarm { wake(at: alarm) }
        return token
    }

    /// Takes a deadline back; harmless when it was due or cancelled before.
    package func cancel(_ token: Token) {
        state.withLock { _ = $0.wheel.cancel(token) }
    }

    private func wake(at tick: UInt64) {
        time.perform(at: DeadlineWheel<Void>.tick * Int(tick)) { [self] in
            // The alarm's tick has come, even if a division falls just short of it: an alarm that found nothing due would
            // not be set again.
            let now = max(tick, Self.tick(time.now()))
            let (due, alarm): ([@Sendable () -> Void], UInt64?) = state.withLock { state in
                let due = state.wheel.advance(to: now)
                // An alarm that was overtaken by an earlier one leaves the later one's as it is.
                guard let armed = state.alarm, armed <= now else { return (due, nil) }
                state.alarm = state.wheel.nextTick
                return (due, state.alarm)
            }
            if let alarm { wake(at: alarm) }
            for action in due { action() }
        }
    }

    private static func tick(_ time: Duration) -> UInt64 {
        UInt64(max(.zero, time) / DeadlineWheel<Void>.tick)
    }
}
