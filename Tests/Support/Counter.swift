import Synchronization

/// Counts calls, under a number of their own.
package final class Counter: Sendable {
    private let counts = Mutex<[Int: Int]>([:])

    package init() {}

    /// How often it was called without a number.
    package var count: Int { counts.withLock { $0[0, default: 0] } }

    /// How often it was called with `key`, this time included.
    package func next(_ key: Int = 0) -> Int {
        counts.withLock { counts in
            counts[key, default: 0] += 1
            return counts[key, default: 0]
        }
    }
}
