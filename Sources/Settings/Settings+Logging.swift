package import Gateway
package import Logging
package import Logs

extension Settings {
    /// What the gateway logs with.
    package func logger(_ writer: LogWriter) -> Logger {
        LineLogHandler.logger("slipgate", logLevel, format: logFormat, writer: writer)
    }

    /// Where it is told what becomes of connections to upstreams.
    package func upstreamLogger(_ writer: LogWriter) -> Logger {
        LineLogHandler.logger("slipgate.upstream", logLevel, format: logFormat, writer: writer)
    }

    /// Where requests are logged, whatever the level of the rest is; nil if they are not.
    package func accessLog(_ writer: LogWriter) -> AccessLog? {
        guard hasAccessLog else { return nil }
        let level = min(logLevel, .notice)
        return AccessLog(LineLogHandler.logger("slipgate.access", level, format: logFormat, writer: writer))
    }
}
