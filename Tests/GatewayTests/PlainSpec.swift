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

extension PoolKey {
    /// What a principal's calls on a topic have in common.
    static func plain(of owner: String, _ topic: String = "t", at host: String = "h:80") throws -> PoolKey {
        let uri = "ws://\(host)/s"
        let connection = ConnectionKey(
            principal: owner, place: .uri(uri), params: .emptyObject, headers: [], authToken: nil)
        return PoolKey(
            connection: connection, topic: topic, joinParams: .emptyObject, ConnectionConfiguration(),
            try Endpoint(uri: uri))
    }
}

extension ClientPool.Waiting {
    /// A principal's call in line.
    static func plain(_ id: UInt64, of owner: String, share: Int = 1, _ deadlines: Deadlines) throws -> Self {
        Self(
            id: id, key: try .plain(of: owner), deadline: deadlines.add(after: .seconds(1)) {}, share: share,
            take: { _ in })
    }
}
