package import PhoenixChannels

/// An entry of a session's log; its JSON is written when it is read, since most entries never are.
package struct LogEntry: Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        case message, reply, joined, left, connected, disconnected, gap
        case joinFailed = "join_failed"
        case topicClosed = "topic_closed"
        case topicError = "topic_error"
        case connectFailed = "connect_failed"
    }

    enum Content: Sendable {
        case record(LogRecord)
        /// Stands for what is no longer kept, or, without a number, for what nobody knows.
        case gap(EventLog.Loss, dropped: UInt64?)
    }

    /// What an entry takes beside its names and payload: cursor, kind, time, punctuation.
    private static let fixedSize = 144

    /// Its number, or that of the last entry that a gap stands for.
    package let cursor: Cursor
    /// When it came.
    let time: LogTime
    let content: Content
    /// Bytes, about those of its JSON: what counts for the log's bound and an answer's.
    package let size: Int

    init(_ content: Content, cursor: Cursor, at time: LogTime) {
        self.cursor = cursor
        self.time = time
        self.content = content
        switch content {
        case .gap: size = Self.fixedSize
        case .record(let record):
            size =
                Self.fixedSize + (record.topic?.utf8.count ?? 0) + (record.event?.utf8.count ?? 0)
                + (record.words?.utf8.count ?? 0) + (record.payload?.jsonSize ?? 0)
        }
    }

    /// Milliseconds since 1970 UTC.
    package var at: Int64 { time.wall }

    package var sequence: UInt64 { cursor.sequence }

    package var kind: Kind {
        switch content {
        case .record(let record): record.kind
        case .gap: .gap
        }
    }

    package var topic: String? { record?.topic }
    package var event: String? { record?.event }

    /// Of a reply: which push it answers, and how.
    package var reply: (ref: Ref, reply: Reply)? {
        guard case .record(.reply(_, let ref, let reply)) = content else { return nil }
        return (ref, reply)
    }

    /// The payload, or a reply's or join's response, as it is matched on; nil for entries without one.
    package var payload: Payload? { record?.payload }

    /// Of a gap that stands for entries no longer kept: the same with those that `earlier` stood for.
    func joining(_ earlier: LogEntry?) -> LogEntry {
        guard case .gap(let loss, let dropped?) = content, case .gap(_, let before?) = earlier?.content else {
            return self
        }
        return LogEntry(.gap(loss, dropped: before + dropped), cursor: cursor, at: time)
    }

    private var record: LogRecord? {
        guard case .record(let record) = content else { return nil }
        return record
    }
}

extension Payload {
    /// How many bytes it takes in JSON.
    fileprivate var jsonSize: Int {
        switch self {
        case .json(let text): text.bytes.count
        case .binary(let data): (data.count + 2) / 3 * 4 + 14
        }
    }
}
