/// A joined topic: push to it, wait for replies, read its messages, leave it.
///
/// It comes from `PhoenixSocket.join`, and is good until it is left, the server closes it, it crashes, or the socket
/// ends; to go on, join the topic again.
public final class PhoenixChannel: Sendable {
    public let topic: String
    /// What the server answered the join with.
    public let joinResponse: Payload
    /// All messages since the join, in order, for one reader.
    ///
    /// Ends when the channel is left or closed; throws `ChannelsError.crashed`, `.disconnected`, or `.overflow` when the
    /// reader is too slow.
    public let messages: AsyncThrowingStream<ChannelMessage, any Error>
    private let dispatcher: SocketDispatcher

    init(
        _ topic: String, _ response: Payload, _ messages: AsyncThrowingStream<ChannelMessage, any Error>,
        _ dispatcher: SocketDispatcher
    ) {
        self.topic = topic
        joinResponse = response
        self.messages = messages
        self.dispatcher = dispatcher
    }

    /// Sends a message and waits for its reply; some events never have one.
    ///
    /// - Parameters:
    ///   - event: any name that doesn't begin with `phx_`.
    ///   - payload: JSON, or the bytes of a binary push.
    ///   - timeout: how long the reply may take.
    /// - Returns: the reply, whatever its status.
    /// - Throws: `ChannelsError`; `CancellationError` when the task is cancelled, which doesn't take the push back.
    public func push(
        _ event: String, _ payload: Payload = .emptyObject, timeout: Duration = .seconds(5)
    ) async throws -> Reply {
        let (ref, reply) = try dispatcher.push(topic, event, payload)
        defer { dispatcher.forget(ref) }
        return try await reply.value(within: timeout)
    }

    /// Sends a message whose reply, if there is one, nobody wants.
    ///
    /// - Parameters:
    ///   - event: any name that doesn't begin with `phx_`.
    ///   - payload: JSON, or the bytes of a binary push.
    /// - Throws: `ChannelsError`, when nothing was sent.
    public func send(_ event: String, _ payload: Payload = .emptyObject) throws(ChannelsError) {
        let (ref, _) = try dispatcher.push(topic, event, payload)
        dispatcher.forget(ref)
    }

    /// Leaves the topic and waits until the server has heard of it; done at once when it is joined no more.
    ///
    /// - Parameter timeout: how long that may take.
    /// - Throws: `ChannelsError.timedOut`, or `CancellationError`.
    public func leave(timeout: Duration = .seconds(5)) async throws {
        try await dispatcher.leave(topic)?.value(within: timeout)
    }
}
