package import PhoenixChannels

/// What a session is to be, as its maker said.
package struct SessionSpec: Sendable {
    package struct Topic: Sendable {
        package let name: String
        package let params: JSONText
    }

    package let endpoint: Endpoint
    /// Joined as soon as the session is connected.
    package let topics: [Topic]
    /// With the session's own heartbeat and reconnecting.
    package let connection: ConnectionConfiguration
    /// The session ends when no request names it for so long.
    package let idleTimeout: Duration
    package let log: EventLog.Limits
    /// With whom it shares its socket; nil for one of its own.
    let shared: ConnectionKey?
}
