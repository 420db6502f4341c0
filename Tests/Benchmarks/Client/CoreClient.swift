import PhoenixChannels

/// The callback core, driven by its events on the event loop.
struct CoreClient: BenchmarkedClient {
    /// Answers each event with what the pump says.
    private final class Delegate: ConnectionDelegate {
        let pump = Pump()

        func connection(_ connection: Connection, produced events: [ConnectionEvent]) {
            var count = 0
            for event in events {
                switch event {
                case .connected, .joined, .message, .replied: count += 1
                case .connectFailed, .disconnected, .joinFailed, .left, .topicClosed, .topicError, .replyLost:
                    pump.fail("\(event)")
                }
            }
            guard count > 0 else { return }
            do { try CoreClient.push("ping", .emptyObject, pump.came(count), connection) } catch {
                pump.fail("\(error)")
            }
        }
    }

    private static let topic = "rooms:lobby"

    private let delegate = Delegate()
    private let connection: Connection

    init(port: Int) async throws {
        let connection = Connection(
            endpoint: try Endpoint(uri: "ws://127.0.0.1:\(port)/socket/websocket"), transport: NIOWebSocketTransport(),
            delegate: delegate)
        self.connection = connection
        _ = try await delegate.pump.run(window: 1, later: 0, messages: 1) { _ in connection.open() }
        _ = try await delegate.pump.run(window: 1, later: 0, messages: 1) { _ in
            try connection.join(Self.topic, params: .emptyObject).perform()
        }
    }

    func roundTrips(_ count: Int) async throws -> [Duration] {
        try await run("ping", .emptyObject, window: 1, later: count - 1, messages: count)
    }

    func inFlight(_ count: Int, window: Int) async throws {
        _ = try await run("ping", .emptyObject, window: window, later: count - window, messages: count)
    }

    func burst(_ count: Int, size: Int) async throws {
        let payload = Payload.json(try JSONText(#"{"n":\#(count),"size":\#(size)}"#))
        _ = try await run("burst", payload, window: 1, later: 0, messages: count)
    }

    private func run(
        _ event: String, _ payload: Payload, window: Int, later: Int, messages: Int
    ) async throws -> [Duration] {
        try await delegate.pump.run(window: window, later: later, messages: messages) { count in
            try Self.push(event, payload, count, connection)
        }
    }

    private static func push(_ event: String, _ payload: Payload, _ count: Int, _ connection: Connection) throws {
        var wake: Wake?
        for _ in 0..<count {
            let next = try connection.push(topic, event: event, payload: payload).wake
            if next.isNeeded { wake = next }
        }
        wake?.perform()
    }
}
