import Access
import ArgumentParser
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

    init(_ settings: Settings) async throws {
        let logger = settings.logger(log)
        let metrics = MetricsRegistry()
        let time = SystemTime()
        access = try await Self.access(settings, time: time, logger: logger)
        transport = NIOWebSocketTransport()
        gateway = Gateway(
            configuration: settings.gateway, transport: transport, authenticator: access.control, time: time,
            metrics: metrics)
        server = try Server(
            configuration: settings.server, responder: gateway,
            observer: gateway.observer(log: settings.accessLog(log)), logger: logger)
        do {
            let responder = gateway.adminResponder { [server] in server.occupancy }
            admin = try settings.admin.map { try Server(configuration: $0, responder: responder, logger: logger) }
        } catch {
            await server.stop(grace: .zero)
            throw error
        }
        url = server.url + settings.gateway.basePath.prefix
        drain = Drain(delay: settings.drainDelay, timeout: settings.drainTimeout)
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

    /// Tokens and keys that can't be taken end the program as a setting does that can't be.
    private static func access(
        _ settings: Settings, time: any TimeSource, logger: Logger
    ) async throws -> RunningAccess {
        do {
            return try await RunningAccess(
                settings.access.files, endpoints: settings.gateway.endpoints.keys, time: time, logger: logger)
        } catch {
            FileHandle.standardError.write(Data("Error: \(error)\n".utf8))
            throw ExitCode(SettingsError.exitCode)
        }
    }

    /// Serves until it is to stop; then all who wait are answered, and every websocket is closed with code 1000.
    func run() async throws {
        let manager = ServiceManager(environment: ProcessInfo.processInfo.environment)
        async let _ = access.reloadWhenSignalled { reload in
            guard let manager else { return await reload() }
            await manager.tellOfReload(reload)
        }
        try? await gracefulShutdown()
        let end = ContinuousClock.now + drain.timeout
        gateway.announceEnd()
        try? await Task.sleep(for: drain.delay)
        gateway.drain(over: drain.spread)
        await server.stop(grace: drain.grace)
        while transport.openCount > 0, ContinuousClock.now < end {
            try? await Task.sleep(for: .milliseconds(5))
        }
        await admin?.stop(grace: .zero)
        log.flush(within: .milliseconds(200))
    }
}
