package import HTTPCore
import HTTPTypes

/// The problems of who may do what, and how much of it.
extension Problem {
    /// There is no token: RFC 6750, section 3.1, has no error for that.
    package static let noToken = unauthorized(
        "This needs a token, which the header 'Authorization: Bearer …' brings.", challenge: #"Bearer realm="slipgate""#
    )

    package static func invalidToken(_ fault: TokenFault) -> Problem {
        unauthorized(
            "\(fault.rawValue) Send another in the header 'Authorization: Bearer …'.",
            challenge: challenge("invalid_token", fault.rawValue))
    }

    private static func unauthorized(_ detail: String, challenge: String) -> Problem {
        Problem("unauthorized", .unauthorized, title: "Who asks is not known", detail: detail)
            .with(header: .wwwAuthenticate, challenge)
    }

    /// The header is there, and is none of a bearer token.
    package static let unreadableToken = Problem.invalidRequest(
        "The header 'Authorization' must be given once, as 'Bearer' and a token.", .header("Authorization")
    )
    .with(header: .wwwAuthenticate, challenge("invalid_request", "One header with one token is taken."))

    package static func insufficientScope(_ scope: Principal.Scope) -> Problem {
        Problem(
            "forbidden", .forbidden, title: "The token does not allow this",
            detail: "This needs a token with the scope '\(scope.rawValue)'."
        )
        .with(
            header: .wwwAuthenticate,
            challenge("insufficient_scope", "Another scope is needed.") + #", scope="\#(scope.rawValue)""#)
    }

    /// The words are ours, and have no quote in them.
    private static func challenge(_ error: String, _ description: String) -> String {
        let words = description.replacing("'", with: "")
        return #"Bearer realm="slipgate", error="\#(error)", error_description="\#(words)""#
    }

    package static let uriNotPermitted = Problem(
        "endpoint-not-allowed", .forbidden, title: "This upstream is not allowed",
        detail: "The token may not give a uri of its own: name an endpoint that it may use.")

    package static func rateLimited(_ rate: Int) -> Problem {
        Problem(
            "rate-limited", .tooManyRequests, title: "Too many requests a second",
            detail: "The principal may make \(rate) requests a second. Nothing was done: ask again in a second.",
            retryable: true
        )
        .with(sent: false).with(header: .retryAfter, "1")
    }

    package static func tooManySessions(_ quota: Int) -> Problem {
        .tooManyRequests(
            "The principal has \(quota) sessions, clients of its calls among them, as many as its quota max_sessions "
                + "allows: delete those no longer used."
        )
        .with("quota", "max_sessions")
    }

    /// The same of a call, whose caller knows of no session.
    package static func tooManyClients(_ quota: Int) -> Problem {
        .tooManyRequests(
            "The principal has as many clients as its quota allows, \(quota), and all of them are in use; nothing was "
                + "sent: repeat the call later."
        )
        .with(sent: false).with("quota", "max_sessions")
    }

    package static var tooManyTokens: Problem {
        Problem(
            "capacity", .serviceUnavailable, title: "Too many new tokens",
            detail: "As many new tokens as can be are being checked. Nothing was done: ask again.", retryable: true
        )
        .with(sent: false).with(header: .retryAfter, "1")
    }
}
