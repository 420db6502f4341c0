package import HTTPCore
import HTTPTypes

/// The problems of where a request may lead; none of them tells what a name leads to, nor which endpoints there are.
extension Problem {
    /// A uri of the request's own, refused before anything was looked up.
    package static func endpointNotAllowed(_ uri: String) -> Problem {
        notAllowed(
            "This gateway's allow_uris does not let a request lead to \(uri): "
                + "its operator may add the host there, or give it a name to be used as 'endpoint'.")
    }

    package static func unknownEndpoint(_ name: String) -> Problem {
        notAllowed(
            "There is no endpoint '\(name)' that you may use: the gateway's operator adds it under 'endpoints', and to the "
                + "entry of a token that is for some of them only.")
    }

    /// A uri whose host was looked up.
    package static var addressNotAllowed: Problem {
        notAllowed(
            "The uri's host leads to no address that this gateway's allow_uris lets it lead to, and nothing was connected "
                + "to: its operator may add a block of addresses there.")
    }

    private static func notAllowed(_ detail: String) -> Problem {
        Problem("endpoint-not-allowed", .forbidden, title: "This upstream is not allowed", detail: detail)
    }
}
