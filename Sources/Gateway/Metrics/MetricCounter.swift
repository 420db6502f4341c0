import CoreMetrics
import Synchronization

/// A number that only grows, from any thread: one atomic add.
package final class MetricCounter: Sendable, CounterHandler {
    private let count = Atomic<Int>(0)

    package init() {}

    package var value: Int { count.load(ordering: .relaxed) }

    package func add(_ amount: Int = 1) { count.add(amount, ordering: .relaxed) }

    package func increment(by amount: Int64) { add(Int(amount)) }

    /// A counter that Prometheus reads never goes back.
    package func reset() {}
}
