import CMicroHTTPD
import Glibc
import Synchronization

/// Wakes a worker that sleeps, or is about to, from any thread.
///
/// Who wakes it before it has looked costs nothing more: an answer to thousands that wait is some writes to it.
final class WakeUp: Sendable {
    private let event: Int32
    /// Whether the event is written, or about to be, and the worker hasn't taken note.
    private let isWoken = Atomic<Bool>(false)

    init() throws(ServerError) {
        event = eventfd(0, Int32(EFD_CLOEXEC))
        guard event >= 0 else { throw ServerError.last("can't start a worker") }
    }

    /// Not before nobody can wake any more: its number may be another's then.
    deinit { Descriptor.close(event) }

    /// What was done before this is seen by the worker after its sleep.
    func wake() {
        guard !isWoken.exchange(true, ordering: .acquiringAndReleasing) else { return }
        eventfd_write(event, 1)
    }

    /// Returns once there is something on the descriptor, so many milliseconds are over, or somebody has woken it.
    ///
    /// Without end where the timeout is below zero. For one thread.
    func sleep(watching descriptor: Int32, timeout: Int32) {
        let isWritten = unsafe withUnsafeTemporaryAllocation(of: pollfd.self, capacity: 2) { polled in
            unsafe polled[0] = pollfd(fd: event, events: Int16(POLLIN), revents: 0)
            unsafe polled[1] = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard unsafe poll(polled.baseAddress, nfds_t(polled.count), timeout) > 0 else { return false }
            return unsafe polled[0].revents != 0
        }
        guard isWritten else { return }
        // In this order: who wakes it in between isn't heard, and has done its part.
        var count: eventfd_t = 0
        unsafe eventfd_read(event, &count)
        _ = isWoken.exchange(false, ordering: .acquiringAndReleasing)
    }
}
