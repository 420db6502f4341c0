package import Gateway
package import Logging
package import MicroHTTPD

/// All that a gateway is run with.
package struct Settings: Sendable {
    package var gateway = GatewayConfiguration()
    package var server = ServerConfiguration()
    package var logLevel = Logger.Level.notice
    /// How long requests under way may take at a stop: with the upstreams' close frames, less than the 10 s after which
    /// container runtimes kill.
    package var drainTimeout = Duration.seconds(5)

    package init() {}

    /// The server's time for an idle connection, whose unit is a second.
    var keepAlive: Duration {
        get { .seconds(Int64(server.idleSeconds)) }
        set { server.idleSeconds = UInt32(clamping: newValue.components.seconds) }
    }
}
