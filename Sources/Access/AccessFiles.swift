/// Where tokens and keys are.
package struct AccessFiles: Sendable, Equatable {
    /// What a JWT must say, and the keys that may have signed it.
    package struct JWT: Sendable, Equatable {
        /// A JSON Web Key Set's path (RFC 7517).
        package let keys: String
        package let issuer: String
        package let audience: String

        package init(keys: String, issuer: String, audience: String) {
            self.keys = keys
            self.issuer = issuer
            self.audience = audience
        }
    }

    /// A tokens file's path; nil for none.
    package let tokens: String?
    package let jwt: JWT?

    package init(tokens: String?, jwt: JWT?) {
        self.tokens = tokens
        self.jwt = jwt
    }

    package var isEmpty: Bool { tokens == nil && jwt == nil }
}
