import PhoenixChannels

/// What two calls must have in common to take the same client, one after the other.
struct PoolKey: Sendable, Hashable {
    let connection: ConnectionKey
    let topic: String
    let joinParams: JSONText
    /// Whether the client connects again by itself, as those that are listened to do.
    let reconnects: Bool
}
