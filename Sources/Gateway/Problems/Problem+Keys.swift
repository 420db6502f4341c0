package import HTTPCore
import HTTPTypes

/// The problems of requests that are repeated, and of pushes that nobody knows the reply of.
extension Problem {
    package static var idempotencyMismatch: Problem {
        Problem(
            "idempotency-mismatch", .unprocessableContent, title: "The key stands for another request",
            detail: "This Idempotency-Key came with another body, type, query or Accept in the last 10 minutes. "
                + "Nothing was done: use a new key for a new request.")
    }

    /// What an endpoint that pushes, and remembers no outcome, says of a key.
    static var keyNotTaken: Problem {
        .invalidRequest(
            "This endpoint takes no Idempotency-Key, since its answer goes on and on; nothing was done. Sessions, joins, "
                + "pushes and calls take one: push so, and listen without.", .header("Idempotency-Key"))
    }

    /// Keys are never forgotten early to make room for others: what they stand for would be done twice.
    package static var tooManyKeys: Problem {
        Problem(
            "capacity", .serviceUnavailable, title: "Too many Idempotency-Keys are kept",
            detail: "As many Idempotency-Keys are kept, each for 10 minutes, as the gateway holds in all, or of one "
                + "principal. "
                + "Nothing was done: repeat the request later.",
            retryable: true
        )
        .with(sent: false).with(header: .retryAfter, "5")
    }

    /// The same as `replyTimeout`, under a key: the same request waits on, and never pushes a second time.
    package static func replyTimeoutUnderKey(ref: String, cursor: Cursor) -> Problem {
        Problem(
            "reply-timeout", .gatewayTimeout, title: "The reply did not come in time",
            detail: "The push was sent and has no reply yet: repeat the request with the same Idempotency-Key to wait "
                + "on, or GET replies/\(ref). Some events are never replied to.",
            retryable: true
        )
        .with(sent: true).with("ref", ref).since(cursor)
    }

    /// What a request is told whose wait is over while others wait on under its key: it isn't said that nothing was done.
    package var whileOthersWait: Problem {
        var problem = Problem(
            code, status, title: title,
            detail: "The wait is over, and what the request asks for goes on, since others wait for it: "
                + "repeat it with the same Idempotency-Key.",
            retryable: true)
        for member in members { problem = problem.with(member.name, json: member.json) }
        return sent == true ? problem.with(sent: true) : problem
    }

    /// The wait for a push was over before it was sent: it isn't any more, and the request was told.
    package static var pushWithdrawn: Problem {
        Problem(
            "reply-timeout", .gatewayTimeout, title: "The reply did not come in time",
            detail: "The wait was over before the push was sent; nothing was.", retryable: true
        )
        .with(sent: false)
    }

    /// A push was sent so long ago, or so many since, that it is no longer known how it was answered.
    package static func replyForgotten(ref: String, cursor: Cursor) -> Problem {
        Problem(
            "reply-lost", .gone, title: "The reply is no longer kept",
            detail: "The push was sent, and may have been served; its reply is no longer kept."
        )
        .with(sent: true).with("ref", ref).with("reason", "expired").since(cursor)
    }

    /// What names a push here is a position in the log.
    static func cursorForRef(_ text: String) -> Problem {
        .invalidRequest(
            "'\(text)' is a cursor, and no push's ref: GET the 'reply_url', or pass the 'ref', of the push's answer.",
            .parameter("ref"))
    }

    /// The gateway stops while a reply is awaited.
    package static func drainingUnanswered(ref: String) -> Problem {
        Problem(
            "draining", .serviceUnavailable, title: "The gateway is shutting down",
            detail: "The push was sent, and the gateway shuts down before its reply came."
        )
        .with(header: .retryAfter, "5").with("ref", ref).with(sent: true)
    }
}
