package import Gateway
package import Logging
package import MicroHTTPD

/// All that a gateway is run with.
package struct Settings: Sendable {
    package var gateway = GatewayConfiguration()
    package var server = ServerConfiguration()
    package var access = AccessSettings()
    package var logLevel = Logger.Level.notice
    /// How long the gateway goes on serving, and says that it isn't ready, before it stops.
    ///
    /// Nothing by default: nobody who presses Ctrl-C wants to wait.
    package var drainDelay = Duration.zero
    /// From the signal to the exit: less than the 10 s after which container runtimes kill.
    package var drainTimeout = Duration.seconds(8)

    package init() {}

    /// The server's time for an idle connection, whose unit is a second.
    var keepAlive: Duration {
        get { .seconds(Int64(server.idleSeconds)) }
        set { server.idleSeconds = UInt32(clamping: newValue.components.seconds) }
    }
}
