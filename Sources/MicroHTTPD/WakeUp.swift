import CMicroHTTPD
import Glibc
import Synchronization

/// Wakes a thread that sleeps, or is about to, from any other.
///
/// Who wakes it before it sleeps costs no system call: an answer to thousands that wait is some writes to an atomic.
final class WakeUp: Sendable {
    private enum Mark: UInt8, AtomicRepresentable {
        /// Nobody has woken it since it slept.
        case awake
        case asleep
        /// It is to look around before it sleeps.
        case woken
    }

    private let event: Int32
    private let mark = Atomic<Mark>(.awake)

    init() throws(ServerError) {
        event = eventfd(0, Int32(EFD_CLOEXEC))
        guard event >= 0 else { throw ServerError.last("can't start a thread") }
    }

    /// Not before nobody can wake any more: its number may be another's then.
    deinit { Descriptor.close(event) }

    /// What was done before this is seen by the thread after its sleep.
    func wake() {
        guard mark.exchange(.woken, ordering: .sequentiallyConsistent) == .asleep else { return }
        eventfd_write(event, 1)
    }

    /// Returns once there is something on the descriptor, if one is given, so many milliseconds are over, or somebody has
    /// woken it.
    ///
    /// Without end where the timeout is below zero. For one thread.
    func sleep(watching descriptor: Int32?, timeout: Int32 = -1) {
        if mark.compareExchange(expected: .awake, desired: .asleep, ordering: .sequentiallyConsistent).exchanged {
            wait(watching: descriptor, timeout)
        }
        // Who wakes it from here on writes nothing: it looks around, and then finds the mark.
        mark.store(.awake, ordering: .sequentiallyConsistent)
    }

    private func wait(watching descriptor: Int32?, _ timeout: Int32) {
        let isWritten = unsafe withUnsafeTemporaryAllocation(of: pollfd.self, capacity: 2) { polled in
            unsafe polled[0] = pollfd(fd: event, events: Int16(POLLIN), revents: 0)
            // One below zero is looked over.
            unsafe polled[1] = pollfd(fd: descriptor ?? -1, events: Int16(POLLIN), revents: 0)
            guard unsafe poll(polled.baseAddress, nfds_t(polled.count), timeout) > 0 else { return false }
            return unsafe polled[0].revents != 0
        }
        guard isWritten else { return }
        var count: eventfd_t = 0
        unsafe eventfd_read(event, &count)
    }
}
