import Gateway

/// Who may use the gateway, and how much of it.
extension Setting {
    static let access = [
        text(
            "tokens_file", \.access.tokensFile, "the path of a regular file, or none",
            "A YAML file with hashes of bearer tokens, and what each may do."),
        text(
            "jwt_jwks", \.access.jwtKeys, "the path of a regular file, or none",
            "A JSON Web Key Set whose keys sign the JWTs that are taken as bearer tokens."),
        text("jwt_issuer", \.access.jwtIssuer, "a text, or none", "What a JWT has to have as 'iss'."),
        text("jwt_audience", \.access.jwtAudience, "a text, or none", "What a JWT has to have in 'aud'."),
        flag(
            "proxy_decides_access", \.gateway.proxyDecidesAccess,
            "Without tokens_file and jwt_jwks: whether a proxy that lets in only who may call is in front. Else what came "
                + "through one is refused."),
        count(
            "requests_per_second", \.gateway.requestsPerSecond, 0...1_000_000,
            "Requests a second of one principal, unless its quota says otherwise; 0 sets no limit."),
        list(
            "cors_origins", \.gateway.corsOrigins, "web origins such as https://app.example.com, or none",
            "Web origins whose pages may ask, beside the gateway's own.", parse: webOrigin, show: { $0 }),
    ]

    private static let share = "quarter"
    private static let mostSessions = 1_000_000

    /// Unless a number is given, it depends on the others' numbers.
    static let perPrincipal = value(
        "max_sessions_per_principal", \.gateway.maxSessionsPerPrincipal,
        "\(share), or a number from 0 to \(mostSessions)",
        "Sessions and clients of calls of one principal, unless its quota says otherwise; 0 sets no limit, and quarter "
            + "one of max_sessions, and of each host's clients and calls in line.",
        parse: { text -> Int?? in
            text == share ? .some(nil) : Int(text).flatMap { (0...mostSessions).contains($0) ? .some($0) : nil }
        },
        show: { $0.map { "\($0)" } ?? share })

    /// A setting that is a text, or isn't there.
    private static func text(
        _ key: String, _ path: Path<String?>, _ bound: String, _ summary: String
    ) -> Setting {
        value(
            key, path, bound, summary,
            parse: { text in
                guard !text.isEmpty, text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { return nil }
                return .some(text == noValue ? nil : text)
            },
            show: { $0 ?? noValue })
    }

    /// An origin as browsers write it: a scheme, a host in lower case, a port but for the scheme's own; nothing behind it.
    private static func webOrigin(_ text: String) -> String? {
        guard let match = text.wholeMatch(of: /(https?):\/\/([a-z0-9.-]+|\[[0-9a-f:]+\])(:([1-9][0-9]{0,4}))?/) else {
            return nil
        }
        let own = match.output.1 == "http" ? "80" : "443"
        guard let port = match.output.4 else { return text }
        return UInt16(port) == nil || port == own ? nil : text
    }
}
