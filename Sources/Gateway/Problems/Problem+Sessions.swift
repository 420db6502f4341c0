package import HTTPCore
import HTTPTypes
import PhoenixChannels

/// The problems of a session's life.
extension Problem {
    package static func specConflict(_ name: String, member: String) -> Problem {
        let detail =
            "The session '\(name)' stands with another '\(member)' than this: delete it first, or use another name."
        return Problem("spec-conflict", .conflict, title: "The session stands with another spec", detail: detail)
            .pointing(to: .pointer("/\(member)"), detail)
    }

    /// 421 rather than 404: the session may be well, where it is.
    package static func wrongNode(_ node: String, here: String) -> Problem {
        Problem(
            "wrong-node", .misdirectedRequest, title: "The session is another gateway's",
            detail:
                "This id was given by the node '\(node)', and this is '\(here)': what is in front of the gateways must "
                + "send it there. Nothing was done."
        )
        .with("node", node)
    }

    package static func topicNotFound(_ topic: String) -> Problem {
        .notFound("The session has never joined the topic '\(topic)'.")
    }

    /// There is no connection, and none to come unless it is asked for; where no session is kept, by another call.
    static func down(_ cause: SessionState.DownCause, sessionKept: Bool = true) -> Problem {
        switch cause {
        case .connectFailed(let error): return .connectFailed(error, sessionKept: sessionKept)
        case .lost(let end):
            var upstream = JSONObjectWriter()
            upstream.add("cause", end.cause.rawValue)
            if let code = end.code { upstream.add("code", code) } else { upstream.addNull("code") }
            upstream.add("reason", end.reason)
            return Problem(
                "disconnected", .serviceUnavailable, title: "The session is not connected",
                detail: sessionKept
                    ? "The session's websocket has ended, and it does not connect again by itself: "
                        + "POST to its /connect."
                    : "The websocket has ended before what was awaited came: another call connects anew.",
                retryable: !sessionKept
            )
            .with("upstream", json: upstream.finish())
        }
    }

    /// As it is told to who makes a session: there is none to leave topics of.
    var ofCreation: Problem {
        guard code == "too-many-topics" else { return self }
        return saying(
            "The upstream takes no more topics on one socket: list fewer, and make another session for the rest.",
            retryable: false)
    }

    /// The connection of a session that was about to be made has ended.
    static let connectionLost = Problem(
        "disconnected", .serviceUnavailable, title: "The connection was lost",
        detail: "The websocket ended before all topics were joined; no session was left behind: ask again.",
        retryable: true
    )
    .with(sent: false)

    /// The topic is not joined, nor about to be.
    static func notJoined(topic: String, state: Topic.State) -> Problem {
        Problem(
            "not-joined", .conflict, title: "The topic is not joined",
            detail: "The topic is \(state.rawValue), and nothing is on its way to join it: do so with PUT on its path."
        )
        .with("topic", topic)
    }

    /// The wait for a state is over; `upstream` is why there is no connection, where there is none.
    static func untilTimeout(_ condition: StateCondition, upstream: [UInt8]? = nil) -> Problem {
        let what =
            switch condition {
            case .connected: "The session was not connected"
            case .disconnected: "The session was not disconnected"
            case .joined: "The topic was not joined"
            case .left: "The topic was not left"
            }
        var problem = Problem(
            "await-timeout", .gatewayTimeout, title: "It did not come to be in time",
            detail: "\(what) before the wait was over: ask again, or with a longer wait.", retryable: true)
        if let upstream { problem = problem.with("upstream", json: upstream) }
        switch condition {
        case .connected, .disconnected: return problem
        case .joined(let topic), .left(let topic): return problem.with("topic", topic)
        }
    }

    /// The disconnect was asked for, and has not ended yet.
    static var disconnectTimeout: Problem {
        Problem(
            "await-timeout", .gatewayTimeout, title: "The websocket has not ended in time",
            detail: "The websocket is being closed, and the upstream has not answered yet: ask again to wait on.",
            retryable: true)
    }

    static var foreignPageToken: Problem {
        .invalidRequest(
            "The query's 'page_token' is not one of this list's: begin again without it.", .parameter("page_token"))
    }
}
