import HTTPCore
import PhoenixChannels
import Synchronization

/// What a session's endpoint is made of, as its user gave it; secrets but for the uri's path and an endpoint's name.
package struct EndpointParts: Sendable {
    /// Whose it is: a socket is shared with nobody else.
    var principal = Principal.everyone.name
    let destination: Destination
    var params: JSONText
    var headers: [(name: String, value: String)]
    var authToken: AuthToken?

    /// The operator's name for where it leads; nil for a uri of the request's own.
    package var endpointName: String? {
        switch destination {
        case .uri: nil
        case .endpoint(let endpoint): endpoint.name
        }
    }

    /// What others must have in common with it to use one socket.
    var key: ConnectionKey {
        let place: ConnectionKey.Place =
            switch destination {
            case .uri(let uri, _): .uri(uri)
            case .endpoint(let endpoint): .endpoint(endpoint.name)
            }
        return ConnectionKey(
            principal: principal, place: place, params: params, headers: headers.flatMap { [$0.name, $0.value] },
            authToken: authToken)
    }

    /// Where to connect, if that is allowed.
    ///
    /// - Throws: what is to be mended, and where in the body.
    func endpoint() throws(Problem) -> Endpoint { try endpoint(of: key) }

    /// The same for who has their key already.
    func endpoint(of key: ConnectionKey) throws(Problem) -> Endpoint {
        switch destination {
        case .uri(let uri, let allowed):
            if let known = Self.last.withLock({ $0?.endpoint(of: key, allowed) }) { return known }
            var endpoint = try self.endpoint(uri)
            switch allowed.verdict(onHost: endpoint.host, port: endpoint.port) {
            case .refused: throw .endpointNotAllowed(endpoint.display)
            case .checked(let policy): endpoint.allowedAddresses = policy
            case .unchecked: break
            }
            Self.last.withLock { $0 = Known(key: key, allowed: allowed, endpoint: endpoint) }
            return endpoint
        case .endpoint(let endpoint):
            return try endpoint.adding(params: params, headers: headers, authToken: authToken)
        }
    }

    /// Where a uri of a request's own led, and what was allowed then.
    private struct Known {
        let key: ConnectionKey
        let allowed: AllowedUpstreams
        let endpoint: Endpoint

        func endpoint(of key: ConnectionKey, _ allowed: AllowedUpstreams) -> Endpoint? {
            self.key == key && self.allowed == allowed ? endpoint : nil
        }
    }

    /// The last that was read: calls come in rows for one, and most of what a warm one costs beyond a push is to read it.
    private static let last = Mutex<Known?>(nil)

    /// What a uri of the request's own says, before anybody asks whether that is allowed.
    private func endpoint(_ uri: String) throws(Problem) -> Endpoint {
        do throws(EndpointError) {
            return try Endpoint(uri: uri, params: params, headers: headers, authToken: authToken)
        } catch {
            throw .invalidEndpoint(error)
        }
    }
}

extension Problem {
    /// 400, pointing to the member of the body that an endpoint can't be made of.
    static func invalidEndpoint(_ error: EndpointError) -> Problem {
        let member = error.member == "authToken" ? "auth_token" : error.member
        return .invalidRequest(error.description, at: "/\(member)")
    }
}
