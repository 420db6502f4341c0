package import PhoenixChannels

/// An entry of a session's log: its JSON, written once, and what filters ask of it.
package struct LogEntry: Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        case message, reply, joined, left, connected, disconnected, gap
        case joinFailed = "join_failed"
        case topicClosed = "topic_closed"
        case topicError = "topic_error"
        case connectFailed = "connect_failed"
    }

    package let sequence: UInt64
    package let kind: Kind
    package let topic: String?
    package let event: String?
    /// The entry as one line of JSON.
    package let text: [UInt8]
    /// Where the payload, or a reply's response, stands in `text`.
    package let payload: Range<Int>?
    /// Milliseconds since 1970 UTC.
    package let at: Int64
    /// Of a reply: which push it answers, and how.
    package let reply: (ref: Ref, status: String)?

    /// The payload as it is matched on; nil for entries without one.
    package var payloadValue: JSONSlice? {
        payload.map { JSONSlice(text, $0) }
    }
}

/// What is to be logged, before it has a place in the log.
package enum LogRecord: Sendable {
    case message(topic: String, event: String, payload: Payload)
    case reply(topic: String, ref: Ref, Reply)
    case joined(topic: String, response: Payload)
    case joinFailed(topic: String, JoinFailure)
    case left(topic: String)
    case topicClosed(topic: String)
    case topicError(topic: String, payload: Payload)
    case connected(attempt: Int)
    case connectFailed(ConnectError, attempt: Int)
    case disconnected(Disconnection)
}
