/// A connection to a Phoenix server: connect, join topics, disconnect.
///
/// ```swift
/// let endpoint = try Endpoint(uri: "ws://127.0.0.1:4000/socket/websocket")
/// let socket = try await PhoenixSocket.connect(to: endpoint)
/// let lobby = try await socket.join("rooms:lobby", params: JSONText(#"{"fizz":"buzz"}"#))
/// let reply = try await lobby.push("ping")
/// for try await message in lobby.messages { print(message.event) }
/// try await lobby.leave()
/// await socket.disconnect()
/// ```
///
/// It doesn't reconnect: when the connection is lost, `closed` tells why, and every channel's messages end.
public final class PhoenixSocket: Sendable {
    private let dispatcher: SocketDispatcher

    private init(_ dispatcher: SocketDispatcher) {
        self.dispatcher = dispatcher
    }

    deinit {
        dispatcher.close()
    }

    /// Opens the websocket.
    ///
    /// - Parameters:
    ///   - endpoint: where to, with params and headers.
    ///   - configuration: the connection's bounds, `connectTimeout` among them.
    /// - Returns: the open socket; it closes when it is let go.
    /// - Throws: `ChannelsError.connect`, or `CancellationError`.
    public static func connect(
        to endpoint: Endpoint, configuration: ConnectionConfiguration = ConnectionConfiguration()
    ) async throws -> PhoenixSocket {
        try await connect(to: endpoint, configuration: configuration, transport: NIOWebSocketTransport())
    }

    package static func connect(
        to endpoint: Endpoint, configuration: ConnectionConfiguration, transport: any Transport
    ) async throws -> PhoenixSocket {
        let dispatcher = SocketDispatcher(configuration)
        let socket = PhoenixSocket(dispatcher)
        try await dispatcher.open(endpoint, transport).value
        return socket
    }

    /// Joins a topic.
    ///
    /// - Parameters:
    ///   - topic: as the server's channels match it, such as `rooms:lobby`.
    ///   - params: a JSON object for the server's `join/3`.
    ///   - timeout: how long the server may take; a join that takes longer is given up.
    /// - Returns: the joined channel.
    /// - Throws: `ChannelsError`, or `CancellationError`.
    public func join(
        _ topic: String, params: JSONText = .emptyObject, timeout: Duration = .seconds(5)
    ) async throws -> PhoenixChannel {
        let (joined, messages) = try dispatcher.join(topic, params)
        do {
            return PhoenixChannel(topic, try await joined.value(within: timeout), messages, dispatcher)
        } catch {
            dispatcher.giveUpJoin(topic, joined)
            throw error
        }
    }

    /// Why the websocket ended, once it has.
    ///
    /// - Throws: `CancellationError`.
    public var closed: Disconnection {
        get async throws { try await dispatcher.ended.value }
    }

    /// Closes the websocket with code 1000, behind what is still to be sent, and waits until it has ended.
    public func disconnect() async {
        dispatcher.close()
        _ = try? await dispatcher.ended.value
    }
}
