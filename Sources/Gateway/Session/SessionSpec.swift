package import PhoenixChannels

/// What a session is to be, as its maker said.
package struct SessionSpec: Sendable {
    package struct Topic: Sendable {
        package let name: String
        package let params: JSONText
    }

    package let endpoint: Endpoint
    /// What `endpoint` was made of.
    package let parts: EndpointParts
    /// Joined as soon as the session is connected.
    package let topics: [Topic]
    /// With the session's own heartbeat and reconnecting.
    package let connection: ConnectionConfiguration
    /// The session ends when no request names it for so long.
    package let idleTimeout: Duration
    package let log: EventLog.Limits
    /// Whether it shares its socket with others whose parts are equal.
    let isShared: Bool
    /// The trace of the request that said so.
    var trace: TraceContext?
    /// Topics that the session remembers.
    var maxTopics = GatewayConfiguration().maxTopics

    /// The member in which another spec differs from this one; nil when it is the same.
    ///
    /// `auth_token` and `headers` may differ: they are what a client refreshes. Params are compared as JSON, and topics
    /// whatever their order.
    func difference(from other: SessionSpec) -> String? {
        if let member = parts.destination.difference(from: other.parts.destination) { return member }
        if !parts.params.slice.isEqual(to: other.parts.params.slice) { return "params" }
        if !hasTopics(of: other) { return "topics" }
        if connection.heartbeatInterval != other.connection.heartbeatInterval { return "heartbeat_interval" }
        if connection.reconnect != other.connection.reconnect { return "reconnect" }
        if idleTimeout != other.idleTimeout { return "idle_timeout" }
        if log != other.log { return "log" }
        if isShared != other.isShared { return "socket" }
        return nil
    }

    private func hasTopics(of other: SessionSpec) -> Bool {
        let params = Dictionary(topics.map { ($0.name, $0.params) }, uniquingKeysWith: { first, _ in first })
        return topics.count == other.topics.count
            && other.topics.allSatisfy { params[$0.name]?.slice.isEqual(to: $0.params.slice) == true }
    }
}
