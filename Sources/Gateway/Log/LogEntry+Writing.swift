import PhoenixChannels

extension LogEntry {
    /// The entry as one line of JSON: `cursor`, `kind`, `at`, then the kind's own members.
    package var text: [UInt8] {
        var writer = JSONObjectWriter(reserving: size + 64)
        write(to: &writer)
        return writer.finish()
    }

    /// Adds its members to its object.
    func write(to writer: inout JSONObjectWriter) {
        writer.add("cursor", cursor)
        writer.add("kind", kind.rawValue)
        writer.add("at", milliseconds: at)
        if let topic { writer.add("topic", topic) }
        switch content {
        case .gap(let reason, let dropped):
            writer.add("reason", reason.rawValue)
            if let dropped { writer.add("dropped", dropped) }
        case .record(let record):
            write(record, to: &writer)
        }
    }

    private func write(_ record: LogRecord, to writer: inout JSONObjectWriter) {
        switch record {
        case .message(_, let event, let payload):
            writer.add("event", event)
            writer.add("payload", payload: payload)
        case .reply(_, let ref, let reply):
            writer.add("ref", RefNames(epoch: cursor.epoch).name(ref))
            writer.add(reply)
        case .joined(_, let response, let isRejoin):
            writer.add("response", payload: response)
            writer.add("rejoin", isRejoin)
        case .joinFailed(_, let failure):
            if let word = failure.word { writer.add("reason", word) }
            if let reply = failure.reply { writer.add("response", payload: reply.response) }
        case .topicError(_, let payload):
            writer.add("payload", payload: payload)
        case .left, .topicClosed:
            break
        case .connected(let attempt):
            writer.add("attempt", attempt)
        case .connectFailed(let error, let attempt, let retryIn):
            if case .refused(let refusal) = error {
                writer.add("status", refusal.status)
            } else {
                writer.add("reason", error.words)
            }
            writer.add("attempt", attempt)
            if let retryIn { writer.add("retry_in", retryIn) } else { writer.addNull("retry_in") }
        case .disconnected(let end):
            if let code = end.code { writer.add("code", code) } else { writer.addNull("code") }
            writer.add("reason", end.reason)
            writer.add("cause", end.cause.rawValue)
        case .topicGap(_, let gap):
            writer.add("reason", gap.rawValue)
        }
        if case .binary = record.payload { writer.add("binary", true) }
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
        case .refused(let refusal): "the upstream answered the websocket upgrade with status \(refusal.status)"
        case .proxyRefused(let status): "the proxy answered CONNECT with status \(status)"
        case .failed(let reason), .untrusted(let reason): reason
        case .tokenNotTaken: "the upstream did not take the auth token: its socket needs 'auth_token: true'"
        case .notAllowed: "the uri's host leads to no address that this gateway's allow_uris lets it lead to"
        case .noDescriptors: "the gateway has no file descriptor left for a connection"
        case .timedOut: "the upstream did not complete the websocket handshake in time"
        case .cancelled: "the connection attempt was given up"
        }
    }
}
