import FoundationEssentials
import Glibc
import Logging
package import Logs
package import ServiceLifecycle
import UnixSignals

/// Runs what a command started.
package enum Run {
    /// Prints `lines` once signals are heeded, and returns when SIGINT or SIGTERM has come and all services have
    /// stopped, the last one first.
    ///
    /// A service manager is told both, and, as often as it wants to hear it, that the program is alive if it is. What is
    /// logged of the services themselves has this format.
    package static func untilSignalled(
        _ services: [any Service], announcing lines: [String], format: LogFormat = .text,
        isAlive: @escaping @Sendable () -> Bool = { true }
    ) async throws {
        let manager = ServiceManager(environment: ProcessInfo.processInfo.environment)
        let logger = LineLogHandler.logger("slipgate.services", .warning, format: format, writer: LogWriter())
        let group = ServiceGroup(
            services: services + [Announcement(lines: lines, manager: manager)],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            tasks.addTask { await leaveAtTheSecondSignal() }
            if let manager, manager.watchInterval != nil {
                tasks.addTask { await manager.keepTelling(whether: isAlive) }
            }
            try await tasks.next()
            tasks.cancelAll()
        }
    }

    /// Ends the process at once when somebody who has asked it to stop asks again.
    private static func leaveAtTheSecondSignal() async {
        var count = 0
        for await signal in await UnixSignalsSequence(trapping: .sigterm, .sigint) {
            count += 1
            // As a shell tells of a process that a signal has ended.
            if count == 2 { _exit(128 + signal.rawValue) }
        }
    }
}

/// The first lines on standard output, written at once: a script waits for them, and may send a signal right away.
private struct Announcement: Service {
    let lines: [String]
    let manager: ServiceManager?

    func run() async throws {
        for line in lines { print(line) }
        fflush(nil)
        manager?.tell(.ready(status: lines.first))
        try? await gracefulShutdown()
        manager?.tell(.stopping)
    }
}
