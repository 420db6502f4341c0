import PhoenixChannels

@testable import Gateway

extension SessionSpec {
    /// A session with the topic `t`, for tests of a session by itself.
    static func plain(
        params: JSONText = .emptyObject, maxFrameBytes: Int = 65_536, idleTimeout: Duration = .seconds(300)
    ) throws -> SessionSpec {
        var connection = ConnectionConfiguration()
        connection.maxFrameBytes = maxFrameBytes
        let parts = EndpointParts(
            destination: .uri("ws://127.0.0.1:4000/s", .loopback), params: .emptyObject, headers: [])
        return SessionSpec(
            endpoint: try parts.endpoint(), parts: parts, topics: [Topic(name: "t", params: params)],
            connection: connection, idleTimeout: idleTimeout, log: EventLog.Limits(), isShared: false)
    }
}
