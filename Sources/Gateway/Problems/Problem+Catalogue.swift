package import HTTPCore
import HTTPTypes
import PhoenixChannels

/// Every problem that the gateway answers with: the one place where what went wrong becomes a status.
extension Problem {
    /// 400; `place` is nil where no one place is wrong.
    package static func invalidRequest(_ detail: String, _ place: RequestPlace?) -> Problem {
        let problem = Problem("invalid-request", .badRequest, title: "The request is not valid", detail: detail)
        return place.map { problem.pointing(to: $0, detail) } ?? problem
    }

    /// 400; `pointer` (RFC 6901) says where in the body.
    package static func invalidRequest(_ detail: String, at pointer: String) -> Problem {
        .invalidRequest(detail, .pointer(pointer))
    }

    /// `pointer` is one into the body, or into the pattern that is this parameter of the query.
    package static func invalidPattern(
        _ detail: String, at pointer: String, parameter: String? = nil
    ) -> Problem {
        Problem("invalid-pattern", .badRequest, title: "The pattern is not valid", detail: detail)
            .pointing(to: .pointer(pointer), parameter: parameter, detail)
    }

    package static func forbidden(_ detail: String) -> Problem {
        Problem("forbidden", .forbidden, title: "A browser's cross-site request", detail: detail)
    }

    package static func misdirected(_ detail: String) -> Problem {
        Problem("misdirected-request", .misdirectedRequest, title: "Not a host of this gateway's", detail: detail)
    }

    /// `name`: what the request calls it, if that can be a session's name.
    package static func sessionNotFound(named name: String? = nil, under basePath: BasePath = .root) -> Problem {
        let detail =
            name.map { "No session has this name: PUT \(basePath.prefix)/sessions/\($0) makes it." }
            ?? "No session has this id, or it ended more than 10 minutes ago: make one with POST "
            + "\(basePath.prefix)/sessions."
        return Problem("session-not-found", .notFound, title: "There is no such session", detail: detail)
    }

    package static func sessionEnded(
        _ reason: EndReason, name: String? = nil, under basePath: BasePath = .root
    ) -> Problem {
        let why =
            switch reason {
            case .deleted: "it was deleted"
            case .idle: "no request named it within its idle_timeout"
            case .overflow: "its log was full, and log.overflow is close"
            case .draining: "the gateway is shutting down"
            }
        let sessions = "\(basePath.prefix)/sessions"
        let advice = name.map { "PUT \(sessions)/\($0) makes it anew." } ?? "Make another with POST \(sessions)."
        return Problem(
            "session-ended", .gone, title: "The session has ended", detail: "The session has ended: \(why). \(advice)"
        )
        .with("reason", reason.rawValue)
    }

    package static func notFound(_ detail: String) -> Problem {
        Problem("not-found", .notFound, title: "There is no such thing", detail: detail)
    }

    package static func cursorExpired(oldest: Cursor, latest: Cursor) -> Problem {
        Problem(
            "cursor-expired", .gone, title: "The cursor is of another log",
            detail: "This cursor was not given by this session: begin with 'oldest' or 'latest' as 'after'."
        )
        .with("oldest", oldest.description).with("latest", latest.description)
    }

    package static func payloadTooLarge(limit: Int) -> Problem {
        Problem(
            "payload-too-large", .contentTooLarge, title: "The payload is too large",
            detail: "With its envelope the payload may have \(limit) bytes: a Phoenix server closes the socket over a "
                + "larger frame. Nothing was sent."
        )
        .with(sent: false)
    }

    package static func unsupportedMediaType(_ type: String, takes: String) -> Problem {
        Problem(
            "unsupported-media-type", .unsupportedMediaType, title: "The body is of a type that is not taken",
            detail: "The body is declared as '\(type)'; this endpoint takes \(takes).")
    }

    package static func tooManyRequests(_ detail: String) -> Problem {
        Problem("too-many-requests", .tooManyRequests, title: "Too many at once", detail: detail, retryable: true)
            .with(header: .retryAfter, "1")
    }

    package static var draining: Problem {
        Problem(
            "draining", .serviceUnavailable, title: "The gateway is shutting down",
            detail: "The gateway is shutting down and takes no new work.", retryable: true
        )
        .with(header: .retryAfter, "5")
    }

    package static func capacity(_ limit: Int) -> Problem {
        Problem(
            "capacity", .serviceUnavailable, title: "The gateway is full",
            detail: "The gateway holds \(limit) sessions and takes no more: delete those no longer used.",
            retryable: true
        )
        .with(header: .retryAfter, "5")
    }

    package static var tooManyWait: Problem {
        Problem(
            "capacity", .serviceUnavailable, title: "Too many requests wait",
            detail: "As many requests wait as the gateway can hold. Nothing was done: ask again, or ask without wait.",
            retryable: true
        )
        .with(header: .retryAfter, "1")
    }

    package static func tooManyTopics(_ limit: Int) -> Problem {
        Problem(
            "too-many-topics", .serviceUnavailable, title: "The session has named too many topics",
            detail: "A session remembers \(limit) topics, left ones too: use another session.")
    }

    package static var awaitTimeout: Problem {
        Problem(
            "await-timeout", .gatewayTimeout, title: "Nothing matched in time",
            detail: "No entry matched before the wait was over: ask again with this answer's 'next' as 'after', or "
                + "with a longer wait.",
            retryable: true)
    }

    /// The same, telling the log's position before what the request has caused.
    func since(_ cursor: Cursor) -> Problem {
        members.contains { $0.name == "cursor" } ? self : with("cursor", cursor.description)
    }

    /// The same, telling one place.
    func pointing(to place: RequestPlace, parameter: String? = nil, _ detail: String) -> Problem {
        var writer = JSONObjectWriter()
        if let parameter { writer.add("parameter", parameter) }
        switch place {
        case .pointer(let pointer): writer.add("pointer", pointer)
        case .parameter(let name): writer.add("parameter", name)
        case .header(let name): writer.add("header", name)
        }
        writer.add("detail", detail)
        return with("errors", json: JSONObjectWriter.array([writer.finish()]))
    }
}
