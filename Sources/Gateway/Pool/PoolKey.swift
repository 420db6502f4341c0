import PhoenixChannels

/// What two calls must have in common to take the same client, one after the other.
struct PoolKey: Sendable, Hashable {
    let connection: ConnectionKey
    let topic: String
    let joinParams: JSONText
}
