import Access
import ArgumentParser
import Foundation
import Gateway
import Logging
import MicroHTTPD
import PhoenixChannels
import ServiceLifecycle
import Settings

/// The gateway behind its server, listening from `init` on.
struct RunningGateway: Service {
    let url: String
    private let access: RunningAccess
    private let gateway: Gateway
    private let server: Server
    private let transport: NIOWebSocketTransport
    private let drain: Drain

    init(_ settings: Settings) async throws {
        var logger = Logger(label: "slipgate", factory: { StreamLogHandler.standardError(label: $0) })
        logger.logLevel = settings.logLevel
        let time = SystemTime()
        access = try await Self.access(settings, time: time, logger: logger)
        transport = NIOWebSocketTransport()
        gateway = Gateway(
            configuration: settings.gateway, transport: transport, authenticator: access.control, time: time)
        server = try Server(configuration: settings.server, responder: gateway, logger: logger)
        drain = Drain(delay: settings.drainDelay, timeout: settings.drainTimeout)
        let host = settings.server.host
        url = "http://\(host.contains(":") ? "[\(host)]" : host):\(server.port)"
    }

    /// Tokens and keys that can't be taken end the program as a setting does that can't be.
    private static func access(
        _ settings: Settings, time: any TimeSource, logger: Logger
    ) async throws -> RunningAccess {
        do {
            return try await RunningAccess(settings.access.files, time: time, logger: logger)
        } catch {
            FileHandle.standardError.write(Data("Error: \(error)\n".utf8))
            throw ExitCode(SettingsError.exitCode)
        }
    }

    /// Serves until it is to stop; then all who wait are answered, and every websocket is closed with code 1000.
    func run() async throws {
        async let _ = access.reloadWhenSignalled()
        try? await gracefulShutdown()
        let end = ContinuousClock.now + drain.timeout
        gateway.announceEnd()
        try? await Task.sleep(for: drain.delay)
        gateway.drain(over: drain.spread)
        await server.stop(grace: drain.grace)
        while transport.openCount > 0, ContinuousClock.now < end {
            try? await Task.sleep(for: .milliseconds(5))
        }
    }
}
