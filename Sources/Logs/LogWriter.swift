import Dispatch
import Glibc
import Synchronization

/// Writes lines to a descriptor, and never has anybody wait for that.
///
/// Lines go into a buffer, and one thread writes what is there: a disk that is full, or a pipe that nobody reads, holds up
/// that thread alone. What the buffer has no room for, and what can't be written, is counted and gone. The descriptor
/// isn't made non-blocking, as others may share it: a shell's terminal, a supervisor's pipe.
package final class LogWriter: Sendable {
    private struct State {
        var bytes: [UInt8] = []
        var isWriting = false
    }

    /// Bytes that wait to be written: some thousand lines, more than a moment's outburst.
    package static let standardRoom = 1024 * 1024

    private let descriptor: Int32
    private let room: Int
    private let state = Mutex(State())
    private let lost = Atomic<Int>(0)
    private let queue = DispatchQueue(label: "slipgate.logs", qos: .utility)

    package init(descriptor: Int32 = STDERR_FILENO, room: Int = LogWriter.standardRoom) {
        self.descriptor = descriptor
        self.room = room
    }

    /// Lines that were not written.
    package var dropped: Int { lost.load(ordering: .relaxed) }

    /// Has a line written, with its line break, as soon as can be; or drops it.
    package func write(_ line: [UInt8]) {
        let (isTaken, isFirst) = state.withLock { state -> (Bool, Bool) in
            guard state.bytes.count + line.count <= room else { return (false, false) }
            state.bytes += line
            defer { state.isWriting = true }
            return (true, !state.isWriting)
        }
        if !isTaken { lost.add(1, ordering: .relaxed) }
        if isFirst { queue.async { self.writeAll() } }
    }

    /// Waits until what was given so far is written, or the time is over.
    ///
    /// - Returns: whether it is.
    @discardableResult
    package func flush(within limit: Duration) -> Bool {
        let done = DispatchSemaphore(value: 0)
        queue.async { done.signal() }
        return done.wait(timeout: .now() + limit / .seconds(1)) == .success
    }

    private func writeAll() {
        while true {
            let bytes = state.withLock { state -> [UInt8] in
                defer { state.bytes = [] }
                state.isWriting = !state.bytes.isEmpty
                return state.bytes
            }
            guard !bytes.isEmpty else { return }
            write(all: bytes)
        }
    }

    /// Writes as much as there is a way to, and counts the lines of the rest.
    private func write(all bytes: [UInt8]) {
        var start = 0
        while start < bytes.count {
            let count = bytes[start...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                start += count
            } else if errno == EAGAIN {
                // Somebody else has made it non-blocking.
                var poll = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                Glibc.poll(&poll, 1, -1)
            } else if errno != EINTR {
                lost.add(bytes[start...].count { $0 == UInt8(ascii: "\n") }, ordering: .relaxed)
                return
            }
        }
    }
}
