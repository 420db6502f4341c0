/// What is written of a named endpoint, a member at a time, and who has said so, before it is put together.
struct EndpointDraft: Sendable {
    /// What may be written of one; in the file as a member, in the environment as the end of a variable's name.
    enum Member: String, CaseIterable, Sendable {
        case uri, params, headers
        case authToken = "auth_token"
        case ca
        case clientCertificate = "client_certificate"
        case clientKey = "client_key"
        case proxy
        case proxyUser = "proxy_user"
        case proxyPassword = "proxy_password"

        /// Whether it is a mapping, and so written as JSON here and in the environment.
        var isMapping: Bool {
            switch self {
            case .params, .headers: true
            case .uri, .authToken, .ca, .clientCertificate, .clientKey, .proxy, .proxyUser, .proxyPassword: false
            }
        }

        /// Whether its value is shown to nobody; of a mapping the values.
        var isSecret: Bool {
            switch self {
            case .params, .headers, .authToken, .proxyPassword: true
            case .uri, .ca, .clientCertificate, .clientKey, .proxy, .proxyUser: false
            }
        }

        static let list = allCases.map(\.rawValue).joined(separator: ", ")
    }

    struct Value: Sendable {
        let text: String
        let source: String
    }

    /// What `slipgate config` prints in place of a secret, and no endpoint is made with.
    static let hidden = "<hidden>"

    /// As long as a session's name.
    private static let maxNameBytes = 64

    let name: String
    private(set) var values: [Member: Value] = [:]

    /// - Throws: A `SettingsError` for what is no name.
    init(_ name: String, in source: String) throws(SettingsError) {
        guard name.wholeMatch(of: /[a-z0-9_-]+/) != nil, name.utf8.count <= Self.maxNameBytes else {
            throw SettingsError(
                "\(source): an endpoint's name has 1 to \(Self.maxNameBytes) characters of a-z, 0-9, _ and -, "
                    + "which '\(name)' has not")
        }
        self.name = name
    }

    /// Whether what is printed in place of a secret stands in a member, or in a value of a mapping.
    func isHidden(_ member: Member) -> Bool { values[member]?.text.contains(Self.hidden) == true }

    /// Takes a value in place of the one that is there.
    mutating func set(_ member: Member, _ text: String, from source: String) {
        values[member] = Value(text: text, source: source)
    }
}
