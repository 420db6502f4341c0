import HTTPCore
import Synchronization

/// How many connections an address has, over all workers, and whether it may have one more.
final class AddressLimit: Sendable {
    private let limit: UInt32
    private let counts = Mutex<[IPAddress: UInt32]>([:])

    /// - Parameter limit: 0 sets none.
    init(_ limit: UInt32) { self.limit = limit }

    /// Counts one more; false where it may not be had.
    ///
    /// One without an address always may.
    func take(_ address: IPAddress?) -> Bool {
        guard limit > 0, let address else { return true }
        return counts.withLock { counts in
            let count = counts[address, default: 0]
            guard count < limit else { return false }
            counts[address] = count + 1
            return true
        }
    }

    /// A connection that was taken is closed.
    func giveBack(_ address: IPAddress?) {
        guard limit > 0, let address else { return }
        counts.withLock { counts in
            let count = counts[address, default: 0]
            counts[address] = count > 1 ? count - 1 : nil
        }
    }
}
