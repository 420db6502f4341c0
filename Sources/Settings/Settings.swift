package import Gateway
package import Logging
package import Logs
package import MicroHTTPD

/// All that a gateway is run with.
package struct Settings: Sendable {
    package var gateway = GatewayConfiguration()
    package var server = ServerConfiguration()
    package var access = AccessSettings()
    package var logLevel = Logger.Level.notice
    package var logFormat = LogFormat.text
    /// Whether each request leaves a record.
    package var hasAccessLog = false
    /// Where health and metrics are served alone.
    var adminHost = "127.0.0.1"
    /// Nil for nowhere.
    var adminPort: UInt16?
    /// How long the gateway goes on serving, and says that it isn't ready, before it stops.
    ///
    /// Nothing by default: nobody who presses Ctrl-C wants to wait.
    package var drainDelay = Duration.zero
    /// From the signal to the exit: less than the 10 s after which container runtimes kill.
    package var drainTimeout = Duration.seconds(8)

    package init() {}

    /// What the listener for health and metrics is run with; nil where there is none.
    package var admin: ServerConfiguration? {
        guard let adminPort else { return nil }
        var admin = ServerConfiguration()
        (admin.host, admin.port) = (adminHost, adminPort)
        // Probes and scrapers: a few at a time, which are answered at once.
        // They bring no bodies.
        admin.maxBodyBytes = 0
        (admin.workers, admin.maxConnections, admin.maxWaiters, admin.reservedDescriptors) = (1, 64, 1, 0)
        return admin
    }

    /// Where this gateway's health is asked for.
    package var healthListener: (host: String, port: UInt16) {
        adminPort.map { (adminHost, $0) } ?? (server.host, server.port)
    }

    /// The server's time for an idle connection, whose unit is a second.
    var keepAlive: Duration {
        get { .seconds(Int64(server.idleSeconds)) }
        set { server.idleSeconds = UInt32(clamping: newValue.components.seconds) }
    }
}
