package import PhoenixChannels

/// What is to be logged, before it has a place in the log.
package enum LogRecord: Sendable {
    case message(topic: String, event: String, payload: Payload)
    case reply(topic: String, ref: Ref, Reply)
    case joined(topic: String, response: Payload, isRejoin: Bool)
    case joinFailed(topic: String, JoinFailure)
    case left(topic: String)
    case topicClosed(topic: String)
    case topicError(topic: String, payload: Payload)
    case connected(attempt: Int)
    case connectFailed(ConnectError, attempt: Int, retryIn: Duration?)
    case disconnected(Disconnection)
    /// What was sent to the topic for a while is lost.
    case topicGap(topic: String, TopicGap)
}

/// Why a topic missed what was sent to it.
package enum TopicGap: String, Sendable {
    /// The connection was lost, and the topic is joined anew.
    case reconnect
    /// The channel crashed, and the topic is joined anew.
    case rejoin
    /// It could not be joined anew, and won't be.
    case joinFailed = "join_failed"
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
        case .topicGap: .gap
        }
    }

    var topic: String? {
        switch self {
        case .message(let topic, _, _), .reply(let topic, _, _), .joined(let topic, _, _), .joinFailed(let topic, _),
            .left(let topic), .topicClosed(let topic), .topicError(let topic, _), .topicGap(let topic, _):
            topic
        case .connected, .connectFailed, .disconnected:
            nil
        }
    }

    var event: String? {
        guard case .message(_, let event, _) = self else { return nil }
        return event
    }

    /// What an entry has beside its names and payload: a reply's status, or why a connection failed or ended.
    var words: String? {
        switch self {
        case .reply(_, _, let reply): reply.status
        case .connectFailed(let error, _, _): error.words
        case .disconnected(let end): end.reason
        case .message, .joined, .joinFailed, .left, .topicClosed, .topicError, .connected, .topicGap: nil
        }
    }

    /// What was said: the message's payload, or a response.
    var payload: Payload? {
        switch self {
        case .message(_, _, let payload), .joined(_, let payload, _), .topicError(_, let payload): payload
        case .reply(_, _, let reply): reply.response
        case .joinFailed(_, let failure): failure.reply?.response
        case .left, .topicClosed, .connected, .connectFailed, .disconnected, .topicGap: nil
        }
    }
}

extension JoinFailure {
    var reply: Reply? {
        switch self {
        case .rejected(let reply), .unmatchedTopic(let reply), .tooManyChannels(let reply): reply
        case .lost, .malformed, .tooLarge: nil
        }
    }

    /// Why there is no reply, as the contract writes it; nil where there is one.
    var word: String? {
        switch self {
        case .rejected, .unmatchedTopic, .tooManyChannels: nil
        case .lost(let loss): loss.word
        case .malformed: "malformed"
        case .tooLarge: "too_large"
        }
    }
}
