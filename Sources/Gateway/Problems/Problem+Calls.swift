import HTTPCore
import HTTPTypes

/// The problems of calls, whose callers know of no session: nothing is named, and no request advised, that needs one.
extension Problem {
    /// What names something in a session's log, or is a position in it.
    private static let ofSessions: Set<String> = ["ref", "cursor", "next", "oldest", "latest"]

    /// Whether it says that a session ended as the gateway shuts down.
    var isOfDrain: Bool {
        let ended = Problem.sessionEnded(.draining)
        return code == ended.code && members == ended.members
    }

    /// A session's problem as that of a call.
    func ofCall(_ stage: Call.Stage) -> Problem {
        inWordsOfCalls.without(Self.ofSessions).with("stage", stage.rawValue)
    }

    private var inWordsOfCalls: Problem {
        let isSent = sent == true
        switch code {
        case "connect-timeout":
            return saying(
                "The websocket was not opened before the wait was over; nothing was sent: repeat the call, or wait "
                    + "longer.", retryable: retryable)
        case "join-timeout":
            return saying(
                "The upstream did not answer the join before the wait was over; nothing was pushed: repeat the call, or "
                    + "wait longer.", retryable: retryable)
        case "too-many-topics":
            return saying(
                "The upstream takes no further topic on the call's socket; nothing was pushed.", retryable: retryable,
                title: "The upstream takes no more topics")
        case "capacity" where sent == nil:
            return saying(
                "The gateway holds as much as it may; nothing was sent: repeat the call later.", retryable: retryable)
        case "reply-timeout" where isSent && retryable:
            return saying(Problem.replyTimeoutOfKeyedCall.detail, retryable: true)
        case "reply-timeout" where isSent:
            return saying(
                "The push was sent and has no reply yet, and it can't be asked for later: wait longer, or send an "
                    + "Idempotency-Key, with which the same request waits on. Some events are never replied to.",
                retryable: false)
        case "await-timeout" where isSent:
            return saying(
                "The push was sent, and no entry matched before the wait was over: wait longer, or send an "
                    + "Idempotency-Key, with which the same request waits on.", retryable: false)
        case "await-timeout":
            return saying("No entry matched before the wait was over: call with a longer wait.", retryable: retryable)
        case "disconnected" where isSent, "not-joined" where isSent:
            return saying(
                "The push was sent, and the connection or the channel ended before what was awaited came.",
                retryable: false, title: "The connection or the channel ended")
        case "disconnected", "not-joined":
            return saying(
                "The connection or the channel ended, and nothing was pushed: repeat the call.", retryable: true,
                title: "The connection or the channel ended")
        case "session-ended":
            return saying(
                "The call's client was closed while it was waited for: repeat the call.", retryable: true,
                title: "The client was closed")
        default: return self
        }
    }

    /// What a keyed call has come to can't be asked for any more.
    static var outcomeForgotten: Problem {
        Problem(
            "reply-lost", .gone, title: "The outcome is no longer known",
            detail: "The push was sent, and may have been served; what came of it is no longer known, as the call's "
                + "client is closed: its connection ended, no call used it for long, or one needed its place."
        )
        .with(sent: true).with("reason", "expired")
    }

    /// A call's wait for its reply is over, under a key.
    static var replyTimeoutOfKeyedCall: Problem {
        Problem(
            "reply-timeout", .gatewayTimeout, title: "The reply did not come in time",
            detail: "The push was sent and has no reply yet: repeat the request with the same Idempotency-Key to wait "
                + "on. Some events are never replied to.",
            retryable: true
        )
        .with(sent: true)
    }

    /// A call's wait for a match is over, under a key.
    static func awaitTimeoutOfKeyedCall(isSent: Bool) -> Problem {
        let problem = Problem(
            "await-timeout", .gatewayTimeout, title: "Nothing matched in time",
            detail: "No entry matched before the wait was over: repeat the request with the same Idempotency-Key to "
                + "wait on.",
            retryable: true)
        return isSent ? problem.with(sent: true) : problem
    }
}
