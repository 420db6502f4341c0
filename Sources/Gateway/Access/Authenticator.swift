package import HTTPCore

/// Says whom a bearer token is from.
package protocol Authenticator: Sendable {
    /// What is known at once of a token; nil when it takes longer.
    ///
    /// Then `later` is called once, from any thread, with no lock held. Nothing here blocks.
    func identify(_ token: String, later: @escaping @Sendable (Identity) -> Void) -> Identity?
}

/// What a token turned out to be.
package enum Identity: Sendable, Equatable {
    case principal(Principal)
    case refused(TokenFault)
    /// Too many tokens are being looked at; this one wasn't.
    case busy
}

/// Why a token is of no use, in words for whoever sent it.
package enum TokenFault: String, Sendable {
    case unknown = "The gateway does not know this token."
    case signature = "None of the gateway's keys has signed this token with an algorithm that it takes."
    case algorithm = "The gateway does not take the algorithm that this token names in 'alg'."
    case malformed = "This token is no JWT that the gateway takes: it needs 'alg', 'sub' and 'exp', and no 'crit'."
    case issuer = "This token is from another issuer."
    case audience = "This token is for another audience."
    case expired = "This token has expired."
    case early = "This token is not valid yet."
}
