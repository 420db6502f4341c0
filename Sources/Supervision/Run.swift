import Dispatch
import FoundationEssentials
import Glibc
import Logging
package import Logs
package import ServiceLifecycle
import Synchronization
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
        let sources = leaveAtTheSecondSignal()
        defer { for source in sources { source.cancel() } }
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            if let manager, manager.watchInterval != nil {
                tasks.addTask { await manager.keepTelling(whether: isAlive) }
            }
            try await tasks.next()
            tasks.cancelAll()
        }
    }

    /// Ends the process at once when somebody who has asked it to stop asks again.
    ///
    /// Each source tells how often its signal came since it was last heard, where a sequence of signals would make one of
    /// two that come close together.
    private static func leaveAtTheSecondSignal() -> [any DispatchSourceSignal] {
        let queue = DispatchQueue(label: "slipgate.signals", qos: .userInitiated)
        let count = Mutex<UInt>(0)
        return [SIGTERM, SIGINT].map { number in
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler {
                let came = count.withLock { count in
                    count += source.data
                    return count
                }
                // As a shell tells of a process that a signal has ended.
                if came >= 2 { _exit(128 + number) }
            }
            source.resume()
            return source
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
