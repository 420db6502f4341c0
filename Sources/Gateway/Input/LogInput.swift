import HTTPCore
import PhoenixChannels

/// What a session's log keeps, out of the body that makes the session.
enum LogInput {
    /// A log of 100,000 entries takes seconds to read through.
    private static let entries = 1...100_000
    /// From a handful of entries to an eighth of what all logs hold by default.
    private static let bytes = 1_024...(64 * 1024 * 1024)
    /// What is a day old is history, and belongs into a database.
    private static let ages = Duration.seconds(1)...Duration.seconds(86_400)

    /// The body's `log`; what it doesn't say is as in `standard`.
    static func limits(_ body: BodyReader, standard: EventLog.Limits) throws(Problem) -> EventLog.Limits {
        guard let value = body.value("log") else { return standard }
        let log = try BodyReader(value, ["max_entries", "max_bytes", "max_age", "overflow"], at: "/log")
        var limits = standard
        limits.maxEntries = try log.integer("max_entries", in: entries) ?? limits.maxEntries
        limits.maxBytes = try log.integer("max_bytes", in: bytes) ?? limits.maxBytes
        limits.maxAge = try log.duration("max_age", in: ages) ?? limits.maxAge
        if let word = try log.string("overflow") {
            guard let overflow = EventLog.Overflow(rawValue: word) else {
                throw log.refusal("overflow", "must be \"drop_oldest\" or \"close\"")
            }
            limits.overflow = overflow
        }
        return limits
    }
}
