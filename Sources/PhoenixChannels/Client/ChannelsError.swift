/// Why a call of `PhoenixSocket` or `PhoenixChannel` failed, or a sequence of messages ended.
public enum ChannelsError: Error, Sendable, Equatable {
    /// The websocket could not be opened.
    case connect(ConnectError)
    /// The websocket is not open, for now or for good; nothing was sent.
    case notConnected
    /// The websocket ended, and there will be no other.
    case disconnected(Disconnection)
    /// The topic is not joined; nothing was sent.
    case notJoined
    /// A join of the topic is on its way, or stands; nothing was sent.
    case alreadyJoined
    /// The topic is being left; nothing was sent.
    case leaving
    /// The topic `phoenix` and events that begin with `phx_` are the protocol's own; nothing was sent.
    case reserved
    /// A topic or event of more than 255 bytes can't go with a binary payload; nothing was sent.
    case nameTooLong
    /// The message is larger than `ConnectionConfiguration.maxFrameBytes`; nothing was sent.
    case tooLarge(limit: Int)
    /// The server reads too slowly (`ConnectionConfiguration.maxOutboxBytes` wait to be sent), or too many pushes wait for
    /// their topics (`maxQueuedPushes`); nothing was added.
    case backlogged
    /// The server refused the join, in its own words.
    case joinRejected(Reply)
    /// The server has no channel for the topic.
    case unmatchedTopic
    /// The server takes no more topics on this socket.
    case tooManyChannels
    /// The server's answer to the join can't be read as one.
    case malformedReply
    /// The connection, the join or the channel ended before the answer came; a push may have been served.
    case lost(ReplyLoss)
    /// The channel crashed: `phx_error`, with its payload.
    case crashed(Payload)
    /// The answer did not come in time; a push was sent, and may have been served.
    case timedOut
    /// The push waited for its topic to be joined until its deadline; nothing was sent.
    case expired

    /// Whether the server can't have seen what was to be sent: it is safe to try again.
    public var isUnsent: Bool {
        switch self {
        case .connect, .notConnected, .notJoined, .alreadyJoined, .leaving, .reserved, .nameTooLong, .tooLarge,
            .backlogged, .expired:
            true
        case .disconnected, .joinRejected, .unmatchedTopic, .tooManyChannels, .malformedReply, .lost, .crashed,
            .timedOut:
            false
        }
    }
}

extension ChannelsError {
    init(_ error: CommandError) {
        switch error {
        case .notConnected: self = .notConnected
        case .notJoined: self = .notJoined
        case .alreadyJoined: self = .alreadyJoined
        case .leaving: self = .leaving
        case .reserved: self = .reserved
        case .nameTooLong: self = .nameTooLong
        case .tooLarge(let limit): self = .tooLarge(limit: limit)
        case .backlogged: self = .backlogged
        }
    }

    init(_ failure: JoinFailure) {
        switch failure {
        case .rejected(let reply): self = .joinRejected(reply)
        case .unmatchedTopic: self = .unmatchedTopic
        case .tooManyChannels: self = .tooManyChannels
        case .lost(let loss): self = .lost(loss)
        case .malformed: self = .malformedReply
        case .tooLarge(let limit): self = .tooLarge(limit: limit)
        }
    }
}
