import InMemoryLogging
package import Logging

/// What its loggers were told, with values as texts.
package struct RecordedLog: Sendable {
    package struct Record: Sendable, Equatable {
        package let level: Logger.Level
        package let message: String
        package let metadata: [String: String]

        package init(level: Logger.Level, message: String, metadata: [String: String]) {
            (self.level, self.message, self.metadata) = (level, message, metadata)
        }

        /// The level, the message, and the values in the order of their names.
        package var line: String {
            let values = metadata.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }
            return "\(level) \(message)\(values.joined())"
        }
    }

    private let handler = InMemoryLogHandler()

    package init() {}

    package var all: [Record] {
        handler.entries.map { entry in
            Record(
                level: entry.level, message: entry.message.description, metadata: entry.metadata.mapValues { "\($0)" })
        }
    }
    package var messages: [String] { all.map(\.message) }
    package var lines: [String] { all.map(\.line) }

    /// What there is, which is taken out.
    package func take() -> [Record] {
        defer { handler.clear() }
        return all
    }

    package func logger(_ level: Logger.Level = .trace) -> Logger {
        var logger = Logger(label: "test") { _ in handler }
        logger.logLevel = level
        return logger
    }
}
