import Gateway
import PhoenixChannels

extension EndpointDraft {
    /// The endpoint, its files read and all of it checked.
    ///
    /// - Throws: A `SettingsError` that names the member, where it was, and what is wrong with it, and no secret.
    func endpoint() throws(SettingsError) -> NamedEndpoint {
        guard let uri = values[.uri]?.text else { throw SettingsError("endpoints.\(name) has no uri") }
        if let member = Member.allCases.first(where: { isHidden($0) }) {
            throw refusal(
                member,
                "'\(Self.hidden)' is what 'slipgate config' prints in place of a secret: write the secret itself")
        }
        let params = try mapping(.params)
        let headers = try self.headers()
        let tls = try self.tls()
        let proxy = try self.proxy()
        let made: NamedEndpoint
        do throws(EndpointError) {
            made = try NamedEndpoint(
                name: name, uri: uri, params: params, headers: headers,
                authToken: values[.authToken].map { AuthToken($0.text) }, tls: tls, proxy: proxy)
        } catch {
            throw refusal(Self.member(of: error), error.description)
        }
        if !made.endpoint.isTLS, let member = [Member.ca, .clientCertificate].first(where: { values[$0] != nil }) {
            throw refusal(member, "is for a uri with wss:// only")
        }
        return made
    }

    private func refusal(_ member: Member, _ detail: String) -> SettingsError {
        let source = values[member].map { " of \($0.source)" } ?? ""
        return SettingsError("endpoints.\(name).\(member.rawValue)\(source): \(detail)")
    }

    private static func member(of error: EndpointError) -> Member {
        switch error.member {
        case "params": .params
        case "headers": .headers
        case "authToken": .authToken
        case "proxy": .proxy
        case "tls": .ca
        default: .uri
        }
    }

    private func mapping(_ member: Member) throws(SettingsError) -> JSONText {
        guard let value = values[member] else { return .emptyObject }
        guard let text = try? JSONText(validating: Array(value.text.utf8)), text.slice.kind == .object else {
            throw refusal(member, "must be a mapping, or a JSON object as text")
        }
        return text
    }

    private func headers() throws(SettingsError) -> [(name: String, value: String)] {
        var headers: [(name: String, value: String)] = []
        for header in try mapping(.headers).slice.members() {
            guard let value = header.value.string else {
                throw refusal(.headers, "the value of '\(header.name)' must be text")
            }
            headers.append((header.name, value))
        }
        return headers
    }

    private func tls() throws(SettingsError) -> TLSOptions {
        let certificate = try clientCertificate()
        do throws(TLSFileError) {
            return try TLSOptions(trustedRootsFile: values[.ca]?.text, clientCertificate: certificate)
        } catch {
            throw refusal(.ca, error.description)
        }
    }

    private func clientCertificate() throws(SettingsError) -> TLSOptions.ClientCertificate? {
        switch (values[.clientCertificate], values[.clientKey]) {
        case (nil, nil): return nil
        case (.some(let chain), .some(let key)):
            do throws(TLSFileError) {
                return try TLSOptions.ClientCertificate(chainFile: chain.text, keyFile: key.text)
            } catch {
                throw refusal(error.file == key.text ? .clientKey : .clientCertificate, error.description)
            }
        case (.some, nil): throw refusal(.clientCertificate, "needs client_key")
        case (nil, .some): throw refusal(.clientKey, "needs client_certificate")
        }
    }

    private func proxy() throws(SettingsError) -> HTTPProxy? {
        guard let value = values[.proxy] else {
            if let member = [Member.proxyUser, .proxyPassword].first(where: { values[$0] != nil }) {
                throw refusal(member, "needs proxy")
            }
            return nil
        }
        let (host, digits) = Self.split(value.text)
        guard let port = Int(digits) else { throw refusal(.proxy, "must be host:port, an IPv6 address in brackets") }
        do throws(EndpointError) {
            return try HTTPProxy(
                host: host, port: port, user: values[.proxyUser]?.text, password: values[.proxyPassword]?.text ?? "")
        } catch {
            throw refusal(.proxy, error.description)
        }
    }

    /// A host without brackets, and what is behind its colon.
    private static func split(_ text: String) -> (String, Substring) {
        guard let colon = text.lastIndex(of: ":") else { return (text, "") }
        let host = text[..<colon]
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        return (String(isBracketed ? host.dropFirst().dropLast() : host), text[text.index(after: colon)...])
    }
}
