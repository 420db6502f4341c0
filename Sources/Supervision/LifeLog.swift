import Glibc
package import Logging

/// The lines of a program's life: a record each when it starts, listens, begins to stop, and has stopped.
///
/// They are at level notice: there is one of each, and who looks for what went wrong asks first when it was started.
package struct LifeLog: Sendable {
    /// The keys of their metadata.
    private enum Key {
        static let address = "address"
        static let delay = "delay"
        static let duration = "duration"
        static let node = "node"
        static let process = "pid"
        static let serves = "serves"
        static let sessions = "sessions"
        static let timeout = "timeout"
        static let upstreams = "upstreams"
        static let version = "version"
    }

    private let logger: Logger

    package init(_ logger: Logger) {
        self.logger = logger
    }

    package func starts(version: String, node: String) {
        logger.notice(
            "Starting",
            metadata: [
                Key.version: "\(version)", Key.node: "\(node)", Key.process: .stringConvertible(Int(getpid())),
            ])
    }

    /// A line for each listener; the second is for health and metrics alone, where there is one.
    package func listens(at address: String, admin: String?) {
        logger.notice("Listening", metadata: [Key.address: "\(address)", Key.serves: "gateway"])
        guard let admin else { return }
        logger.notice("Listening", metadata: [Key.address: "\(admin)", Key.serves: "health and metrics"])
    }

    /// It was asked to stop: so many sessions end once the delay is over, all of it within the timeout.
    package func drains(sessions: Int, delay: Duration, timeout: Duration) {
        logger.notice(
            "Draining",
            metadata: [
                Key.sessions: .stringConvertible(sessions), Key.delay: Self.seconds(delay),
                Key.timeout: Self.seconds(timeout),
            ])
    }

    /// It has stopped, so long after it was asked to, with so many connections to upstreams that were not closed in time.
    package func stopped(after duration: Duration, upstreams: Int) {
        logger.notice(
            "Stopped",
            metadata: [Key.duration: Self.seconds(duration), Key.upstreams: .stringConvertible(upstreams)])
    }

    /// To the millisecond.
    private static func seconds(_ duration: Duration) -> Logger.MetadataValue {
        .stringConvertible((duration / .milliseconds(1)).rounded() / 1e3)
    }
}
