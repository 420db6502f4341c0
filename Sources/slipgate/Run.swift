import Glibc
import Logging
import ServiceLifecycle
import UnixSignals

/// Runs what a command started.
enum Run {
    /// Prints `lines` once signals are heeded, and returns when SIGINT or SIGTERM has come and all services have
    /// stopped, the last one first.
    static func untilSignalled(_ services: [any Service], announcing lines: [String]) async throws {
        var logger = Logger(label: "slipgate.services", factory: { StreamLogHandler.standardError(label: $0) })
        logger.logLevel = .warning
        try await ServiceGroup(
            services: services + [Announcement(lines: lines)], gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        .run()
    }
}

/// The first lines on standard output, written at once: a script waits for them, and may send a signal right away.
private struct Announcement: Service {
    let lines: [String]

    func run() async throws {
        for line in lines { print(line) }
        fflush(nil)
        try? await gracefulShutdown()
    }
}
