import Access
import Foundation
import Gateway
import Logging
import Logs
import MicroHTTPD
import PhoenixChannels
import ServiceLifecycle
import Settings
import Supervision

/// The gateway behind its server, listening from `init` on.
struct RunningGateway: Service {
    let url: String
    private let access: RunningAccess
    private let gateway: Gateway
    private let server: Server
    /// For health and metrics alone.
    private let admin: Server?
    private let transport: NIOWebSocketTransport
    private let drain: Drain
    private let log = LogWriter()
    private let life: LifeLog

    init(_ settings: Settings) async throws {
        let logger = settings.logger(log)
        life = LifeLog(logger)
        life.starts(version: Build.version, node: settings.gateway.node)
        let metrics = MetricsRegistry()
        let time = SystemTime()
        access = try await settings.runningAccess(time: time, logger: logger)
        transport = NIOWebSocketTransport()
        gateway = Gateway(
            configuration: settings.gateway, transport: transport, authenticator: access.control, time: time,
            metrics: metrics, upstreamLogger: settings.upstreamLogger(log))
        server = try Server(
            configuration: settings.server, responder: gateway,
            observer: gateway.observer(log: settings.accessLog(log)), logger: logger)
        gateway.shareWaits(of: server.maxWaiters)
        do {
            let responder = gateway.adminResponder { [server] in server.occupancy }
            admin = try settings.admin.map { try Server(configuration: $0, responder: responder, logger: logger) }
        } catch {
            await server.stop(grace: .zero)
            throw error
        }
        url = server.url + settings.gateway.basePath.prefix
        drain = Drain(delay: settings.drainDelay, timeout: settings.drainTimeout)
        life.listens(at: url, admin: admin?.url)
        metrics.add { [server, log, client = ClientMetrics.ofThisProcess] in
            ServerFigures.families(of: server, log) + client.families
        }
    }

    /// What to print first.
    var lines: [String] {
        ["Slipgate listens on \(url)"] + (admin.map { ["Health and metrics are on \($0.url)"] } ?? [])
    }

    /// Whether its threads turn, as `/livez` tells.
    var isAlive: Bool { gateway.isTurning }

    /// Serves until it is to stop; then all who wait are answered, and every websocket is closed with code 1000.
    func run() async throws {
        let manager = ServiceManager(environment: ProcessInfo.processInfo.environment)
        async let _ = access.reloadWhenSignalled { reload in
            guard let manager else { return await reload() }
            await manager.tellOfReload(reload)
        }
        try? await gracefulShutdown()
        let signal = ContinuousClock.now
        life.drains(sessions: gateway.sessionCount, delay: drain.delay, timeout: drain.timeout)
        gateway.announceEnd()
        await pause(until: signal + drain.delay)
        server.drain()
        gateway.drain(over: drain.spread)
        // Sessions that still live are served as before, clients that connect anew among them.
        await wait(until: signal + drain.sessionsEnded) { gateway.sessionCount == 0 }
        await server.stop(
            grace: signal + drain.waitingRefused - .now, lastAnswers: drain.serverStopped - drain.waitingRefused)
        let socketsClosed = signal + drain.socketsClosed
        async let adminStopped: Void? = admin?.stop(grace: .zero, lastAnswers: socketsClosed - .now)
        await wait(until: socketsClosed) { transport.openCount == 0 }
        _ = await adminStopped
        life.stopped(after: .now - signal, upstreams: transport.openCount)
        log.flush(within: drain.timeout - drain.socketsClosed)
    }

    /// Returns once that holds, or at the limit.
    private func wait(until limit: ContinuousClock.Instant, _ condition: () -> Bool) async {
        while !condition(), ContinuousClock.now < limit {
            await pause(until: .now + .milliseconds(5))
        }
    }
}
