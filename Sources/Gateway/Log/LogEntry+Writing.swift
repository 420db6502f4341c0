import PhoenixChannels

extension LogEntry {
    /// Writes a record's JSON: `cursor`, `kind`, `at`, then the kind's own members.
    init(_ record: LogRecord, at cursor: Cursor, time: LogTime, refs: RefNames) {
        var writer = JSONObjectWriter(reserving: 128)
        writer.add("cursor", cursor.description)
        writer.add("kind", record.kind.rawValue)
        writer.add("at", time.text)
        if let topic = record.topic { writer.add("topic", topic) }
        var payload: Range<Int>?
        var event: String?
        var reply: (Ref, String)?
        switch record {
        case .message(_, let name, let body):
            event = name
            writer.add("event", name)
            payload = writer.add("payload", payload: body)
            if case .binary = body { writer.add("binary", true) }
        case .reply(_, let ref, let answer):
            reply = (ref, answer.status)
            writer.add("ref", refs.name(ref))
            writer.add("status", answer.status)
            payload = writer.add("response", payload: answer.response)
            if case .binary = answer.response { writer.add("binary", true) }
        case .joined(_, let response):
            payload = writer.add("response", payload: response)
            writer.add("rejoin", false)
        case .joinFailed(_, let failure):
            switch failure {
            case .rejected(let answer), .unmatchedTopic(let answer), .tooManyChannels(let answer):
                payload = writer.add("response", payload: answer.response)
            case .lost(let loss):
                writer.add("reason", loss.word)
            }
        case .topicError(_, let body):
            payload = writer.add("payload", payload: body)
        case .left, .topicClosed:
            break
        case .connected(let attempt):
            writer.add("attempt", attempt)
        case .connectFailed(let error, let attempt):
            if case .refused(let status, _) = error {
                writer.add("status", status)
            } else {
                writer.add("reason", error.words)
            }
            writer.add("attempt", attempt)
            writer.addNull("retry_in")
        case .disconnected(let end):
            if let code = end.code { writer.add("code", code) } else { writer.addNull("code") }
            writer.add("reason", end.reason)
            writer.add("cause", end.cause.rawValue)
        }
        self.init(
            sequence: cursor.sequence, kind: record.kind, topic: record.topic, event: event, text: writer.finish(),
            payload: payload, at: time.milliseconds, reply: reply)
    }

    /// The entry that stands for what is no longer kept, its cursor that of the last one lost.
    static func gap(reason: EventLog.Loss, dropped: UInt64, at cursor: Cursor, time: LogTime) -> LogEntry {
        var writer = JSONObjectWriter(reserving: 128)
        writer.add("cursor", cursor.description)
        writer.add("kind", Kind.gap.rawValue)
        writer.add("at", time.text)
        writer.add("reason", reason.rawValue)
        writer.add("dropped", dropped)
        return LogEntry(
            sequence: cursor.sequence, kind: .gap, topic: nil, event: nil, text: writer.finish(), payload: nil,
            at: time.milliseconds, reply: nil)
    }
}

/// When something was logged: one reading of the clock serves a whole batch.
package struct LogTime: Sendable {
    package let milliseconds: Int64
    package let text: String

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
        text = Timestamp.format(milliseconds: milliseconds)
    }
}

/// How a session names its pushes: its epoch ahead of the wire's number, so that no other session's ref fits.
struct RefNames: Sendable {
    let epoch: String

    func name(_ ref: Ref) -> String { "\(epoch)-\(ref)" }

    /// The ref that a name stands for; nil when it isn't one of this session's.
    func ref(_ name: String) -> Ref? {
        guard let cursor = Cursor(name), cursor.epoch == epoch else { return nil }
        return Ref(cursor.sequence)
    }
}

extension LogRecord {
    var kind: LogEntry.Kind {
        switch self {
        case .message: .message
        case .reply: .reply
        case .joined: .joined
        case .joinFailed: .joinFailed
        case .left: .left
        case .topicClosed: .topicClosed
        case .topicError: .topicError
        case .connected: .connected
        case .connectFailed: .connectFailed
        case .disconnected: .disconnected
        }
    }

    var topic: String? {
        switch self {
        case .message(let topic, _, _), .reply(let topic, _, _), .joined(let topic, _), .joinFailed(let topic, _),
            .left(let topic), .topicClosed(let topic), .topicError(let topic, _):
            topic
        case .connected, .connectFailed, .disconnected:
            nil
        }
    }
}

extension ReplyLoss {
    /// The loss as the contract writes it.
    var word: String {
        switch self {
        case .disconnected: "disconnected"
        case .channelCrashed: "channel_crashed"
        case .channelClosed: "channel_closed"
        case .left: "left"
        }
    }
}

extension ConnectError {
    /// The cause in words that hold no secret.
    var words: String {
        switch self {
        case .refused(let status, _): "the upstream answered the websocket upgrade with status \(status)"
        case .failed(let reason): reason
        case .timedOut: "the upstream did not complete the websocket handshake in time"
        case .cancelled: "the connection attempt was given up"
        }
    }
}
