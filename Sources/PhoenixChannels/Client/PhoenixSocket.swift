public import Logging

/// A client of a Phoenix server: connect, join topics, disconnect.
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
/// When the connection is lost it connects again, with backoff and jitter, and joins every topic anew, with its params;
/// `statuses` tells, and each channel's `events` what was lost. `ConnectionConfiguration.reconnect` says when.
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
    ///   - logger: told of connects and what ends them, without payloads or tokens.
    /// - Returns: the open socket; it closes when it is let go.
    /// - Throws: `ChannelsError.connect` when the first attempt fails, or `CancellationError`.
    public static func connect(
        to endpoint: Endpoint, configuration: ConnectionConfiguration = ConnectionConfiguration(),
        logger: Logger? = nil
    ) async throws -> PhoenixSocket {
        try await connect(configuration: configuration, logger: logger) { endpoint }
    }

    /// Opens the websocket, with an endpoint that is asked for anew at each attempt: for credentials that expire.
    ///
    /// - Parameters:
    ///   - configuration: the connection's bounds, `connectTimeout` among them.
    ///   - logger: told of connects and what ends them, without payloads or tokens.
    ///   - endpoint: where to, with params and headers. Called on an event loop: it must not block. An error is a failed
    ///     attempt.
    /// - Returns: the open socket; it closes when it is let go.
    /// - Throws: `ChannelsError.connect` when the first attempt fails, or `CancellationError`.
    public static func connect(
        configuration: ConnectionConfiguration = ConnectionConfiguration(), logger: Logger? = nil,
        to endpoint: @escaping @Sendable () throws -> Endpoint
    ) async throws -> PhoenixSocket {
        try await connect(
            to: endpoint, configuration: configuration, transport: NIOWebSocketTransport(), logger: logger)
    }

    /// Opens the websocket over another transport than SwiftNIO's.
    ///
    /// - Parameters:
    ///   - endpoint: where to, with params and headers; asked for anew at each attempt. It must not block.
    ///   - configuration: the connection's bounds.
    ///   - transport: opens the websockets, and tells the time.
    ///   - logger: told of connects and what ends them, without payloads or tokens.
    /// - Returns: the open socket; it closes when it is let go.
    /// - Throws: `ChannelsError.connect` when the first attempt fails, or `CancellationError`.
    public static func connect(
        to endpoint: @escaping @Sendable () throws -> Endpoint, configuration: ConnectionConfiguration,
        transport: any Transport, logger: Logger? = nil
    ) async throws -> PhoenixSocket {
        let dispatcher = SocketDispatcher(configuration)
        let socket = PhoenixSocket(dispatcher)
        try await dispatcher.open(endpoint, transport, logger).value
        return socket
    }

    /// Joins a topic; while it is being left, once that is done, and while the connection is lost, once that is back.
    ///
    /// - Parameters:
    ///   - topic: as the server's channels match it, such as `rooms:lobby`.
    ///   - params: a JSON object for the server's `join/3`.
    ///   - timeout: how long that may take; a join that takes longer is given up.
    /// - Returns: the joined channel.
    /// - Throws: `ChannelsError`, or `CancellationError`.
    public func join(
        _ topic: String, params: JSONText = .emptyObject, timeout: Duration = .seconds(5)
    ) async throws -> PhoenixChannel {
        try await join(topic, timeout: timeout) { params }
    }

    /// Joins a topic with params that are asked for anew when it is joined anew: for credentials that expire.
    ///
    /// - Parameters:
    ///   - topic: as the server's channels match it, such as `rooms:lobby`.
    ///   - timeout: how long that may take; a join that takes longer is given up.
    ///   - params: a JSON object for the server's `join/3`. Called on the caller's thread or an event loop: it must not block.
    /// - Returns: the joined channel.
    /// - Throws: `ChannelsError`, or `CancellationError`.
    public func join(
        _ topic: String, timeout: Duration = .seconds(5), params: @escaping @Sendable () -> JSONText
    ) async throws -> PhoenixChannel {
        let start = ContinuousClock.now
        try await dispatcher.leaving(topic)?.value(within: timeout)
        let joining = try dispatcher.join(topic, params)
        do {
            let response = try await joining.joined.value(within: timeout - (ContinuousClock.now - start))
            return PhoenixChannel(topic, response, joining, dispatcher)
        } catch {
            dispatcher.giveUpJoin(topic, joining.joined)
            throw error
        }
    }

    /// How the connection is doing now.
    public var status: SocketStatus { dispatcher.statuses.current }

    /// The status as it is, and each change of it, with close code, reason and cause; ends with the final one.
    ///
    /// Each call begins a sequence of its own.
    public var statuses: AsyncStream<SocketStatus> { dispatcher.statuses.follow() }

    /// How long the server took to answer the last heartbeat; nil before there was one on this connection.
    public var roundTripTime: Duration? { dispatcher.roundTripTime }

    /// Why the websocket ended, once it has for good.
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

    /// Pushes that wait for their topics.
    var queuedPushes: Int { dispatcher.queuedPushes }

    /// Whether a topic is joined, or to be.
    func isKnown(_ topic: String) -> Bool { dispatcher.isKnown(topic) }

    /// Whether a topic is being left.
    func isLeaving(_ topic: String) -> Bool { dispatcher.leaving(topic) != nil }
}
