import Synchronization

/// Bytes that many requests hold together, within one bound.
package final class ByteBudget: Sendable {
    package let limit: Int
    private let used = Atomic<Int>(0)

    package init(limit: Int) {
        self.limit = limit
    }

    package var count: Int { used.load(ordering: .relaxed) }

    /// Counts bytes that are held from now on; false, and nothing is counted, where they are too many.
    package func take(_ count: Int) -> Bool {
        guard used.add(count, ordering: .relaxed).newValue > limit else { return true }
        giveBack(count)
        return false
    }

    /// Counts bytes that are held whatever the bound.
    package func add(_ count: Int) { used.add(count, ordering: .relaxed) }

    package func giveBack(_ count: Int) { used.subtract(count, ordering: .relaxed) }
}
