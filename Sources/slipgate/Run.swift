import Glibc
import Logging
import ServiceLifecycle
import UnixSignals

/// Runs what a command started.
enum Run {
    /// Returns once SIGINT or SIGTERM has come and all services have stopped, the last one first.
    static func untilSignalled(_ services: [any Service]) async throws {
        var logger = Logger(label: "slipgate.services", factory: { StreamLogHandler.standardError(label: $0) })
        logger.logLevel = .warning
        try await ServiceGroup(
            services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger
        )
        .run()
    }
}

/// Standard output, written at once: a script waits for the first line.
enum Output {
    static func line(_ text: String) {
        print(text)
        fflush(nil)
    }
}
