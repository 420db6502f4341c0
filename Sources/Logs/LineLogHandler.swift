package import Logging

/// Gives each record to a writer, as one line that is bounded.
package struct LineLogHandler: LogHandler {
    package var logLevel = Logger.Level.notice
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    private let label: String
    private let format: LogFormat
    private let writer: LogWriter

    package init(label: String, format: LogFormat, writer: LogWriter) {
        self.label = label
        self.format = format
        self.writer = writer
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { $1 } }
        if let own = event.metadata { all.merge(own) { $1 } }
        if let error = event.error { all["error"] = "\(error)" }
        writer.write(
            LogLine(time: LogClock.now(), level: event.level, label: label, message: event.message.description)
                .bytes(format, all))
    }

    /// A logger that writes so, from this level on.
    package static func logger(
        _ label: String, _ level: Logger.Level, format: LogFormat, writer: LogWriter
    ) -> Logger {
        var logger = Logger(label: label) { LineLogHandler(label: $0, format: format, writer: writer) }
        logger.logLevel = level
        return logger
    }
}
