package import HTTPCore
import HTTPTypes

/// The problems of reading the log, and of what the logs hold.
extension Problem {
    package static func notAcceptable(_ accept: String) -> Problem {
        let known = ReadFormat.allCases.map(\.mediaType).joined(separator: ", ")
        return Problem(
            "not-acceptable", .notAcceptable, title: "No answer of such a type",
            detail: "The log is read as one of \(known), and Accept has none of them: '\(accept.prefix(200))'.")
    }

    package static var logsAreFull: Problem {
        Problem(
            "capacity", .serviceUnavailable, title: "The gateway is full",
            detail: "The sessions' logs hold nearly as much as they may together: delete sessions no longer used, or "
                + "release what was read with DELETE on their messages.",
            retryable: true
        )
        .with(header: .retryAfter, "5")
    }
}
