import PhoenixChannels

/// What sessions or calls must have in common to use one socket: compared as it was written.
struct ConnectionKey: Sendable, Hashable {
    enum Place: Sendable, Hashable {
        case uri(String)
        /// By the operator's name for it.
        case endpoint(String)
    }

    let principal: String
    let place: Place
    let params: JSONText
    /// Names and values in turn, in the order in which they were written.
    let headers: [String]
    let authToken: AuthToken?

    /// Where an endpoint that has this key leads, as a log may say it.
    func upstream(_ endpoint: Endpoint) -> UpstreamSubject.Upstream {
        switch place {
        case .uri: .uri(endpoint.display)
        case .endpoint(let name): .endpoint(name)
        }
    }
}
