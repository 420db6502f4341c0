import Logging
import Synchronization

/// Keeps what is logged.
struct RecordingLogHandler: LogHandler {
    struct Record: Sendable, Equatable {
        let level: Logger.Level
        let message: String
        let metadata: [String: String]

        /// All of it as one text.
        var text: String { "\(level) \(message) \(metadata)" }
    }

    final class Records: Sendable {
        private let records = Mutex<[Record]>([])

        var all: [Record] { records.withLock { $0 } }
        var messages: [String] { all.map(\.message) }

        func add(_ record: Record) { records.withLock { $0.append(record) } }

        /// What there is, which is taken out.
        func take() -> [Record] {
            records.withLock { records in
                defer { records = [] }
                return records
            }
        }

        func logger(_ level: Logger.Level) -> Logger {
            var logger = Logger(label: "test") { _ in RecordingLogHandler(records: self) }
            logger.logLevel = level
            return logger
        }
    }

    let records: Records
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.notice

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        records.add(
            Record(
                level: event.level, message: event.message.description,
                metadata: event.metadata?.mapValues { "\($0)" } ?? [:]))
    }
}
