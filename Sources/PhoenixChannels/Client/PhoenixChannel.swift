/// A joined topic: push to it, wait for replies, read its messages, leave it.
///
/// It comes from `PhoenixSocket.join`, and outlives the connection: when that is lost, or when the channel crashes, the
/// topic is joined anew, with its params, and `events` tells of it. It is good until it is left, the server closes it or
/// refuses to have it joined anew, or the socket ends.
public final class PhoenixChannel: Sendable {
    /// The topic, as it was joined.
    public let topic: String
    /// What the server answered the first join with.
    public let joinResponse: Payload
    /// All that happens since the join, in order, for one reader; shared with `messages`.
    public let events: ChannelEvents
    private let dispatcher: SocketDispatcher
    private let currentPresence: ChannelPresence
    /// Tells this join of the topic from later ones.
    private let joined: Eventual<Payload>

    init(_ topic: String, _ response: Payload, _ joined: SocketDispatcher.Topic, _ dispatcher: SocketDispatcher) {
        self.topic = topic
        joinResponse = response
        events = joined.events
        currentPresence = joined.presence
        self.joined = joined.joined
        self.dispatcher = dispatcher
    }

    /// Who is there now, as far as is known, where the channel uses `Phoenix.Presence`; `events` has the changes.
    public var presence: Presence { currentPresence.current }

    /// The messages among `events`, for one reader: what was lost in between is passed over in silence.
    public var messages: some AsyncSequence<ChannelMessage, any Error> & Sendable {
        events.compactMap { event in
            guard case .message(let message) = event else { return nil }
            return message
        }
    }

    /// Sends a message and waits for its reply; some events never have one.
    ///
    /// - Parameters:
    ///   - event: any name that doesn't begin with `phx_`.
    ///   - payload: JSON, or the bytes of a binary push.
    ///   - timeout: how long it may take from now to the reply.
    ///   - unjoined: what to do while the connection is lost, or the channel is joined anew.
    /// - Returns: the reply, whatever its status.
    /// - Throws: `ChannelsError`, whose `isUnsent` says whether the server can't have seen the push; `CancellationError`
    ///   when the task is cancelled, which doesn't take a push back that was sent.
    public func push(
        _ event: String, _ payload: Payload = .emptyObject, timeout: Duration = .seconds(5),
        unjoined: UnjoinedPush = .fail
    ) async throws -> Reply {
        let reply = try dispatcher.push(topic, as: joined, event, payload, unjoined: unjoined)
        do {
            return try await reply.value(within: timeout)
        } catch {
            let wasSent = dispatcher.forget(reply)
            throw error as? ChannelsError == .timedOut && !wasSent ? ChannelsError.expired : error
        }
    }

    /// Sends a message whose reply, if there is one, nobody wants.
    ///
    /// - Parameters:
    ///   - event: any name that doesn't begin with `phx_`.
    ///   - payload: JSON, or the bytes of a binary push.
    /// - Throws: `ChannelsError`, when nothing was sent.
    public func send(_ event: String, _ payload: Payload = .emptyObject) throws(ChannelsError) {
        dispatcher.forget(try dispatcher.push(topic, as: joined, event, payload, unjoined: .fail))
    }

    /// Leaves the topic and waits until the server has heard of it; done at once when it is joined no more.
    ///
    /// - Parameter timeout: how long that may take.
    /// - Throws: `ChannelsError.timedOut`, or `CancellationError`.
    public func leave(timeout: Duration = .seconds(5)) async throws {
        try await dispatcher.leave(topic, ifJoinedAs: joined)?.value(within: timeout)
    }
}
