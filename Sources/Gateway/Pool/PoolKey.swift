import PhoenixChannels

/// What two calls must have in common to take the same client, one after the other.
struct PoolKey: Sendable, Hashable {
    /// Of all below, made once: a call looks for its key a few times.
    private let digest: Int
    let connection: ConnectionKey
    let topic: String
    let joinParams: JSONText
    let heartbeatInterval: Duration
    /// How the client connects again by itself, as those that are listened to do; nil where it doesn't.
    let reconnect: ReconnectPolicy?
    /// The upstream's host and port, however the uri writes them: each spelling with room of its own would be as many
    /// hosts.
    let host: String

    init(
        connection: ConnectionKey, topic: String, joinParams: JSONText, _ configuration: ConnectionConfiguration,
        _ endpoint: Endpoint
    ) {
        self.connection = connection
        self.topic = topic
        self.joinParams = joinParams
        heartbeatInterval = configuration.heartbeatInterval
        reconnect = configuration.reconnect
        host = AllowedUpstream.normalized(endpoint.host) + ":" + String(endpoint.port)
        var hasher = Hasher()
        hasher.combine(connection)
        hasher.combine(topic)
        hasher.combine(joinParams)
        hasher.combine(heartbeatInterval)
        hasher.combine(reconnect)
        digest = hasher.finalize()
    }

    /// The principal whose calls these are.
    var owner: String { connection.principal }

    func hash(into hasher: inout Hasher) { hasher.combine(digest) }
}
