import Glibc
package import HTTPCore
import HTTPTypes
package import Logging
import Synchronization

/// The embedded HTTP server: libmicrohttpd's daemons in front of a responder.
///
/// To stop without losing an answer: `drain`, have whatever waits answered, streams finished, and what still comes refused;
/// then `stop`.
package final class Server: Sendable {
    /// How often `stop` looks whether all is answered.
    private static let stopInterval = Duration.milliseconds(5)
    /// How long what was answered at the last moment may take to be written.
    package static let lastAnswers = Duration.seconds(1)

    private let core: ServerCore
    private let host: String
    private let settleTime: Duration
    private let acceptor: Acceptor
    private let isStopped = Mutex(false)

    /// Starts listening.
    package init(
        configuration: ServerConfiguration = ServerConfiguration(), responder: any Responder,
        observer: (any RequestObserver)? = nil, logger: Logger
    ) throws(ServerError) {
        // A client that closes early must not end the process.
        signal(SIGPIPE, SIG_IGN)
        let descriptors = Descriptor.raiseLimit(
            towards: configuration.maxConnections + configuration.reservedDescriptors)
        let capacity = Capacity(configuration, descriptors: descriptors)
        if capacity.connections < configuration.maxConnections {
            logger.warning(
                "Few file descriptors: fewer connections are taken than configured. Raise the hard limit with ulimit -Hn.",
                metadata: [
                    LogKey.connections: .stringConvertible(capacity.connections),
                    LogKey.configured: .stringConvertible(configuration.maxConnections),
                    LogKey.descriptors: .stringConvertible(descriptors),
                ])
        }
        core = try ServerCore(configuration, capacity, responder, observer, logger)
        settleTime = configuration.settleTime
        host = configuration.host
        do throws(ServerError) {
            acceptor = try Acceptor(configuration, core)
        } catch {
            core.watcher.stop()
            throw error
        }
    }

    deinit {
        precondition(isStopped.withLock { $0 }, "a server must be stopped before it goes")
    }

    /// The port it listens on.
    package var port: UInt16 { acceptor.port }

    /// Where it listens.
    package var url: String { "http://\(host.contains(":") ? "[\(host)]" : host):\(port)" }

    /// Requests that have begun and are not wholly answered.
    package var requestsInFlight: Int { core.requestsInFlight }

    /// The room that a request would find now.
    package var occupancy: Occupancy { core.capacity.occupancy(besides: core.requestsInFlight) }

    /// Requests that wait for their answer, and streams that are open.
    package var waiting: (requests: Int, streams: Int) { core.watcher.counts }

    /// Bytes of bodies that are not whole yet, and of answers that are not read yet.
    package var heldBytes: (bodies: Int, answers: Int) { (core.bodies.count, core.answers.count) }

    /// Connections that are open.
    package var openConnections: Int { core.connections.count }

    /// Reads that may wait at once.
    package var maxWaiters: Int { core.capacity.waitingReads }

    /// Connections that are taken at once.
    package var maxConnections: Int { core.capacity.connections }

    /// From now on each answer ends its connection; connections are taken as before.
    package func drain() { core.drain() }

    /// Waits for requests to be answered, `grace` at the most, and then takes no more connections; ends all that there are
    /// `lastAnswers` later at the latest.
    ///
    /// Meanwhile new requests are answered like any other, and each answer ends its connection. Who still waits after
    /// `grace` is answered 503 `draining`, and streams end where they are. Harmless when it has stopped.
    package func stop(grace: Duration, lastAnswers: Duration = Server.lastAnswers) async {
        let first = isStopped.withLock { stopped in
            defer { stopped = true }
            return !stopped
        }
        guard first else { return }
        let schedule = StopSchedule(
            from: .now, grace: grace, lastAnswers: lastAnswers, settleTime: settleTime)
        core.drain()
        await pause(until: schedule.settled)
        await waitForAnswers(until: schedule.refusesWaiting)
        acceptor.stopListening()
        core.stopWaiting()
        await waitForAnswers(until: schedule.ends)
        acceptor.stop()
        core.watcher.stop()
    }

    /// Returns once nothing was in flight for a while, or at the limit with something still there.
    private func waitForAnswers(until limit: ContinuousClock.Instant) async {
        var idleSince: ContinuousClock.Instant?
        while true {
            let now = ContinuousClock.now
            idleSince = core.requestsInFlight > 0 ? nil : idleSince ?? now
            if now >= limit { return }
            if let idleSince, now - idleSince >= settleTime { return }
            await pause(until: min(now + Self.stopInterval, limit))
        }
    }
}
