package import Access

/// Where tokens and keys are, if anywhere; each nil for none.
package struct AccessSettings: Sendable, Equatable {
    package var tokensFile: String?
    package var jwtKeys: String?
    package var jwtIssuer: String?
    package var jwtAudience: String?

    /// Whether there is access control: else all callers are one, and on this machine.
    package var isThere: Bool { tokensFile != nil || jwtKeys != nil }

    /// What is to be read.
    package var files: AccessFiles {
        var jwt: AccessFiles.JWT?
        if let jwtKeys, let jwtIssuer, let jwtAudience {
            jwt = AccessFiles.JWT(keys: jwtKeys, issuer: jwtIssuer, audience: jwtAudience)
        }
        return AccessFiles(tokens: tokensFile, jwt: jwt)
    }

    /// Throws what doesn't go together.
    func check(host: String) throws(SettingsError) {
        guard isThere || Self.isLoopback(host) else {
            throw SettingsError(
                "host '\(host)' is not loopback's: without access control any caller could use the gateway as its own. "
                    + "Set tokens_file or jwt_jwks, or listen on 127.0.0.1.")
        }
        let names = [("jwt_jwks", jwtKeys), ("jwt_issuer", jwtIssuer), ("jwt_audience", jwtAudience)]
        let missing = names.filter { $0.1 == nil }.map(\.0)
        guard missing.isEmpty || missing.count == names.count else {
            throw SettingsError(
                "\(missing.joined(separator: " and ")) must be set: a JWT is taken by its key, its issuer, its audience"
            )
        }
    }

    private static func isLoopback(_ host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return host == "::1" || (parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil })
    }
}
