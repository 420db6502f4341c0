package import HTTPCore
import HTTPTypes
package import PhoenixChannels

/// The problems that an upstream's answers, or its silence, become.
extension Problem {
    /// Whether a session that is not connected will be.
    package enum Outlook {
        /// It is tried, now or later.
        case awaited
        /// Not unless that is asked for.
        case ended
        /// Not with the credentials that it has.
        case refused
    }

    /// `url` is the session's.
    package static func notConnected(
        _ state: String, _ outlook: Outlook = .awaited, at url: String
    ) -> Problem {
        let advice =
            switch outlook {
            case .awaited:
                "GET \(url)?until=connected&wait=10s waits for it, and GET \(url) says why it is not."
            case .ended: "it does not connect again by itself: POST to its /connect."
            case .refused:
                "the upstream does not let it in. PATCH its params, headers or auth_token, and POST to its /connect."
            }
        return Problem(
            "disconnected", .serviceUnavailable, title: "The session is not connected",
            detail: "The session's websocket is \(state), and nothing was sent: \(advice)",
            retryable: outlook == .awaited
        )
        .with(sent: false)
    }

    /// `isRejoining`: the connection joins it anew by itself, or is joining it.
    package static func notJoined(_ topic: String, state: String?, isRejoining: Bool = false) -> Problem {
        let detail = state.map { "The topic is \($0)" } ?? "The session has not joined the topic"
        let way = state == Topic.State.joining.rawValue ? "its join is on the way" : "it is joined anew by itself"
        let advice =
            isRejoining
            ? "\(way); ?join=true waits for that"
            : "join it first, with PUT on its path or POST to …/join, or push with ?join=true"
        return Problem(
            "not-joined", .conflict, title: "The topic is not joined",
            detail: "\(detail): \(advice). Nothing was sent.", retryable: isRejoining
        )
        .with("topic", topic).with(sent: false)
    }

    package static func joinAbandoned(_ topic: String) -> Problem {
        Problem(
            "not-joined", .conflict, title: "The join was given up",
            detail: "The topic was left before the upstream had answered the join."
        )
        .with("topic", topic)
    }

    /// The channel ended by itself: the upstream closed it, or it crashed, and is joined anew.
    static func channelEnded(_ topic: String, _ state: Topic.State) -> Problem {
        switch state {
        case .closed:
            Problem(
                "not-joined", .conflict, title: "The upstream closed the topic",
                detail: "The upstream closed the topic, and it is not joined anew by itself: "
                    + "join it with PUT on its path."
            )
            .with("topic", topic)
        case .errored:
            Problem(
                "not-joined", .conflict, title: "The channel crashed",
                detail: "The topic's channel crashed, and is joined anew by itself: ask again.", retryable: true
            )
            .with("topic", topic)
        case .joining, .joined, .leaving, .left, .rejected: .joinAbandoned(topic)
        }
    }

    package static func joinConflict(_ topic: String, _ detail: String) -> Problem {
        Problem("join-conflict", .conflict, title: "The topic is joined otherwise", detail: detail)
            .with("topic", topic)
    }

    package static func joinFailed(_ topic: String, _ failure: JoinFailure) -> Problem {
        switch failure {
        case .rejected(let reply):
            Problem(
                "join-rejected", .forbidden, title: "The upstream refused the join",
                detail: "The upstream answered the join with status '\(reply.status)'; its words are in 'reply'."
            )
            .with("topic", topic).with(reply: reply)
        case .unmatchedTopic(let reply):
            Problem(
                "unmatched-topic", .notFound, title: "The upstream has no channel for the topic",
                detail: "No channel of the upstream takes this topic: look at its spelling."
            )
            .with("topic", topic).with(reply: reply)
        case .tooManyChannels(let reply):
            Problem(
                "too-many-topics", .serviceUnavailable, title: "The upstream takes no more topics on one socket",
                detail: "The upstream's limit of channels a socket is reached: leave topics and join anew, or use "
                    + "another session."
            )
            .with("topic", topic).with(reply: reply)
        case .lost:
            Problem(
                "disconnected", .serviceUnavailable, title: "The connection ended before the join was answered",
                detail: "The connection, or the channel, ended before the upstream had answered the join.",
                retryable: true
            )
            .with("topic", topic)
        case .malformed:
            Problem(
                "join-rejected", .forbidden, title: "The upstream's answer to the join can't be read",
                detail: "The upstream answered the join with what is no reply: it has no status, or no response."
            )
            .with("topic", topic)
        case .tooLarge(let limit): .payloadTooLarge(limit: limit).with("topic", topic)
        }
    }

    package static func connectFailed(_ error: ConnectError, sessionKept: Bool) -> Problem {
        var upstream = JSONObjectWriter()
        switch error {
        case .timedOut, .cancelled:
            return connectTimeout(sessionKept: sessionKept)
        case .notAllowed: return addressNotAllowed
        case .noDescriptors: return noDescriptors
        case .refused(let refusal):
            upstream.add("status", refusal.status)
        case .failed(let reason), .untrusted(let reason):
            upstream.add("reason", reason)
        case .proxyRefused, .tokenNotTaken:
            upstream.add("reason", error.words)
        }
        let problem = Problem(
            "upstream-refused", .badGateway, title: "The upstream could not be connected to",
            detail: "No websocket was opened: \(error.words).\(advice(error))", retryable: error.isRetryable
        )
        .with("upstream", json: upstream.finish())
        guard case .refused(let refusal) = error, let wait = refusal.retryAfter else { return problem }
        return problem.with(header: .retryAfter, "\(Int((wait / .seconds(1)).rounded(.up)))")
    }

    /// What is mostly wrong where a Phoenix server answers so.
    private static func advice(_ error: ConnectError) -> String {
        guard case .refused(let refusal) = error else { return "" }
        return switch refusal.status {
        case 404: " Nothing is there: the address of a Phoenix socket ends in /websocket."
        case 403: " The socket has refused these params, headers or auth_token."
        default: ""
        }
    }

    package static func connectTimeout(sessionKept: Bool) -> Problem {
        let detail =
            sessionKept
            ? "The websocket was not opened in time; the session stays: GET it to see whether it is tried again."
            : "The websocket was not opened in time; no session was left behind."
        return Problem(
            "connect-timeout", .gatewayTimeout, title: "The upstream did not answer in time", detail: detail,
            retryable: true)
    }

    package static func joinTimeout(_ topic: String, sessionKept: Bool) -> Problem {
        let detail =
            sessionKept
            ? "The join is still on its way: the same request waits on for it, and leaving the topic gives it up."
            : "The upstream did not answer the join before the wait was over; no session was left behind."
        return Problem(
            "join-timeout", .gatewayTimeout, title: "The join was not answered in time", detail: detail,
            retryable: true
        )
        .with("topic", topic)
    }

    package static func leaveTimeout(_ topic: String) -> Problem {
        Problem(
            "leave-timeout", .gatewayTimeout, title: "The leave was not answered in time",
            detail: "The leave was sent and is not answered yet: the same request waits on for it.", retryable: true
        )
        .with("topic", topic)
    }

    /// `isRead`: a request that only asks for the reply may be repeated, and one that pushes may not.
    package static func replyTimeout(ref: String, cursor: Cursor, isRead: Bool = false) -> Problem {
        Problem(
            "reply-timeout", .gatewayTimeout, title: "The reply did not come in time",
            detail: "The push was sent and has no reply yet: wait on with GET on replies/\(ref). "
                + "Some events are never replied to.",
            retryable: isRead
        )
        .with(sent: true).with("ref", ref).since(cursor)
    }

    package static func replyLost(ref: String, cursor: Cursor, _ loss: ReplyLoss) -> Problem {
        Problem(
            "reply-lost", .gone, title: "The reply will not come",
            detail: "The connection, the join or the channel ended before the reply came; "
                + "the push was sent, and may have been served."
        )
        .with(sent: true).with("ref", ref).with("reason", loss.word).since(cursor)
    }

    /// `isOptional`: the request may ask for such a reply to be answered like any other.
    package static func pushRejected(
        ref: String, cursor: Cursor, _ reply: Reply, isOptional: Bool = true
    ) -> Problem {
        let advice = isOptional ? " With ?reply_errors=200 that is answered like any other reply." : ""
        return Problem(
            "push-rejected", .unprocessableContent, title: "The channel answered with an error",
            detail: "The channel replied with status 'error'; its words are in 'reply'.\(advice)"
        )
        .with(sent: true).with("ref", ref).since(cursor).with(reply: reply)
    }

    private func with(reply: Reply) -> Problem {
        var writer = JSONObjectWriter()
        writer.add(reply)
        return with("reply", json: writer.finish())
    }
}

extension ConnectError {
    /// Whether the same attempt may succeed later: a refusal with 4xx won't, but for 429, and a certificate stays.
    fileprivate var isRetryable: Bool {
        switch self {
        case .refused(let refusal): refusal.status == 429 || refusal.status >= 500
        case .proxyRefused(let status): status == 429 || status >= 500
        case .untrusted, .tokenNotTaken, .notAllowed: false
        case .failed, .noDescriptors, .timedOut, .cancelled: true
        }
    }
}
