import PhoenixChannels

/// What is to be replaced of a session, each member whole; nil for what stays as it is.
struct SessionPatch: Sendable {
    var params: JSONText?
    var headers: [(name: String, value: String)]?
    var authToken: AuthToken??
    var idleTimeout: Duration?

    /// Whether the next connect goes otherwise.
    var changesEndpoint: Bool { params != nil || headers != nil || authToken != nil }

    func applied(to parts: EndpointParts) -> EndpointParts {
        var parts = parts
        if let params { parts.params = params }
        if let headers { parts.headers = headers }
        if let authToken { parts.authToken = authToken }
        return parts
    }
}
