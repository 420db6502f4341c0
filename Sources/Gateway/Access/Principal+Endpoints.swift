import HTTPCore

/// Where a principal may connect to.
extension Principal {
    /// Throws where it may not use the endpoint with this name.
    func require(endpoint name: String) throws(Problem) {
        guard let endpoints, !endpoints.contains(name) else { return }
        throw .unknownEndpoint(name)
    }

    /// Throws where it may not, or may no longer, have connections made to there.
    func require(_ destination: Destination) throws(Problem) {
        switch destination {
        case .uri: try requireURIs()
        case .endpoint(let endpoint): try require(endpoint: endpoint.name)
        }
    }

    /// Throws where it may not give a `uri` of its own.
    func requireURIs() throws(Problem) {
        guard mayUseURIs else { throw .uriNotPermitted }
    }
}
