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

    init(
        connection: ConnectionKey, topic: String, joinParams: JSONText, _ configuration: ConnectionConfiguration
    ) {
        self.connection = connection
        self.topic = topic
        self.joinParams = joinParams
        heartbeatInterval = configuration.heartbeatInterval
        reconnect = configuration.reconnect
        var hasher = Hasher()
        hasher.combine(connection)
        hasher.combine(topic)
        hasher.combine(joinParams)
        hasher.combine(heartbeatInterval)
        hasher.combine(reconnect)
        digest = hasher.finalize()
    }

    func hash(into hasher: inout Hasher) { hasher.combine(digest) }
}
