package import Foundation
import Synchronization

/// A program as a process of its own, in a process group of its own and with none of our descriptors but those given.
///
/// Foundation's `Process` copies more than an entry of `/proc/self/fd` has: where some 1,350 descriptors are open it reads
/// past its buffer's end, and the tests with it are over.
package final class ChildProcess: Sendable {
    package let id: pid_t
    /// How it ended: its exit status, or the signal that ended it; nil until that was asked for.
    private let ended = Mutex<Int32?>(nil)

    /// Starts it; what isn't given is inherited.
    package init(
        _ program: URL, _ arguments: [String], environment: [String: String] = ProcessInfo.processInfo.environment,
        input: Pipe? = nil, output: Pipe, errors: Pipe? = nil
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let input { posix_spawn_file_actions_adddup2(&actions, input.fileHandleForReading.fileDescriptor, 0) }
        posix_spawn_file_actions_adddup2(&actions, output.fileHandleForWriting.fileDescriptor, 1)
        if let errors { posix_spawn_file_actions_adddup2(&actions, errors.fileHandleForWriting.fileDescriptor, 2) }
        // What is opened meanwhile takes the lowest numbers that are free; one that isn't open is no failure.
        let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap { Int32($0) }
        for number in 3..<(open.max() ?? 2) + 100 { posix_spawn_file_actions_addclose(&actions, number) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Dispatch's threads, on which tests may run, have their signals blocked.
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))

        let words = ([program.path] + arguments).map { strdup($0) } + [nil]
        let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in words + variables { free(text) } }
        var id = pid_t()
        let failure = posix_spawn(&id, program.path, &actions, &attributes, words, variables)
        try? input?.fileHandleForReading.close()
        try? output.fileHandleForWriting.close()
        try? errors?.fileHandleForWriting.close()
        guard failure == 0 else { throw POSIXError(POSIXErrorCode(rawValue: failure) ?? .ENOEXEC) }
        self.id = id
    }

    deinit {
        guard ended.withLock({ $0 == nil }) else { return }
        kill(id, SIGKILL)
        waitForExit()
    }

    /// Whether it has ended, though nobody has waited for that yet.
    package var isOver: Bool {
        get throws { try String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8).contains(") Z ") }
    }

    /// Waits for its end: its exit status, or the signal that ended it.
    @discardableResult
    package func waitForExit() -> Int32 {
        ended.withLock { ended in
            if let ended { return ended }
            var status: Int32 = 0
            while waitpid(id, &status, 0) < 0, errno == EINTR {}
            let signal = status & 0x7F
            let end = signal == 0 ? status >> 8 & 0xFF : signal
            ended = end
            return end
        }
    }
}
