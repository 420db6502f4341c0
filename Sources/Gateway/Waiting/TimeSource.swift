import Dispatch
import FoundationEssentials

/// Where time and the waiting thread come from: the machine's, or a test's.
package protocol TimeSource: Sendable {
    /// Time since some fixed moment; it never goes back.
    func now() -> Duration
    /// Milliseconds since 1970-01-01 UTC.
    func wallMilliseconds() -> Int64
    /// Runs `work` on the waiting thread, one at a time, as soon as can be.
    func perform(_ work: @escaping @Sendable () -> Void)
    /// Runs `work` on the waiting thread, not before `time`.
    func perform(at time: Duration, _ work: @escaping @Sendable () -> Void)
}

/// The machine's clocks, and one serial queue: a thread only while there is something to do.
package struct SystemTime: TimeSource {
    private let queue = DispatchQueue(label: "slipgate.waiting", qos: .userInitiated)
    private let start = ContinuousClock.now

    package init() {}

    package func now() -> Duration {
        ContinuousClock.now - start
    }

    package func wallMilliseconds() -> Int64 {
        Int64((Date().timeIntervalSince1970 * 1000).rounded(.down))
    }

    package func perform(_ work: @escaping @Sendable () -> Void) {
        queue.async(execute: work)
    }

    package func perform(at time: Duration, _ work: @escaping @Sendable () -> Void) {
        let delay = max(.zero, time - now())
        let nanoseconds = delay.components.seconds * 1_000_000_000 + delay.components.attoseconds / 1_000_000_000
        queue.asyncAfter(deadline: .now() + .nanoseconds(Int(nanoseconds)), execute: work)
    }
}
