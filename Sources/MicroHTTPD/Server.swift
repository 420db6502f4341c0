import Glibc
package import HTTPCore
import HTTPTypes
package import Logging
import Synchronization

/// The embedded HTTP server: libmicrohttpd's daemon in front of a responder.
///
/// To stop without losing an answer: `quiesce`, have whatever waits answered, `stop`.
package final class Server: Sendable {
    /// Descriptors for all that isn't a client's connection: upstream sockets, event loops, files.
    private static let reservedShare = 2
    /// How often `stop` looks whether all is answered.
    private static let stopInterval = Duration.milliseconds(5)
    /// How long what was answered at the last moment may take to be written.
    private static let lastAnswers = Duration.seconds(1)

    private let core: ServerCore
    private let daemon: Daemon
    private let isStopped = Mutex(false)

    /// Starts listening.
    package init(
        configuration: ServerConfiguration = ServerConfiguration(), responder: any Responder, logger: Logger
    ) throws(ServerError) {
        // A client that closes early must not end the process.
        signal(SIGPIPE, SIG_IGN)
        let affordable = max(64, Descriptor.limit / Self.reservedShare)
        if affordable < configuration.maxConnections {
            logger.warning(
                "Few descriptors: fewer connections are taken",
                metadata: ["connections": "\(affordable)", "wanted": "\(configuration.maxConnections)"])
        }
        core = try ServerCore(configuration, responder, logger)
        do throws(ServerError) {
            daemon = try unsafe Daemon(
                configuration, maxConnections: min(affordable, configuration.maxConnections),
                callbacks: Callbacks.table(for: core))
        } catch {
            core.watcher.stop()
            throw error
        }
    }

    deinit {
        precondition(isStopped.withLock { $0 }, "a server must be stopped before it goes")
    }

    /// The port it listens on.
    package var port: UInt16 { daemon.port }

    /// Requests that have begun and are not wholly answered.
    package var requestsInFlight: Int { core.requestsInFlight }

    /// Takes no more connections; requests on those there are go on.
    package func quiesce() {
        daemon.quiesce()
    }

    /// Waits for requests in flight to be answered, `grace` at the most, then ends all connections.
    ///
    /// Who still waits then is answered 503 `draining`. Harmless when it has stopped.
    package func stop(grace: Duration) async {
        let first = isStopped.withLock { stopped in
            defer { stopped = true }
            return !stopped
        }
        guard first else { return }
        daemon.quiesce()
        await waitForAnswers(grace)
        for promise in core.watcher.waiting { promise.fail(Self.draining) }
        await waitForAnswers(Self.lastAnswers)
        daemon.stop()
        core.watcher.stop()
    }

    private func waitForAnswers(_ limit: Duration) async {
        let end = ContinuousClock.now + limit
        while core.requestsInFlight > 0, ContinuousClock.now < end {
            try? await Task.sleep(for: Self.stopInterval)
        }
    }

    private static var draining: Problem {
        Problem(
            "draining", .serviceUnavailable, title: "The gateway is shutting down",
            detail: "The gateway is shutting down: ask again once it is back.", retryable: true)
    }
}
