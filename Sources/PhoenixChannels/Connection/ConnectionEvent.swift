/// What a `Connection` tells its delegate, in the order of the wire.
package enum ConnectionEvent: Sendable, Equatable {
    /// The websocket is open, at this attempt since it was last down.
    case connected(attempt: Int)
    /// An attempt to connect failed; without `retryIn` there will be no other.
    case connectFailed(ConnectError, attempt: Int, retryIn: Duration?)
    /// The websocket, once open, has ended, and each channel with it. Pushes in flight were told `replyLost` before.
    ///
    /// Without `retryIn` that was all; else it connects again, and then joins anew what was joined.
    case disconnected(Disconnection, retryIn: Duration?)
    /// With `rejoin` the channel was joined before, and what was sent to it meanwhile is lost.
    case joined(topic: String, response: Payload, rejoin: RejoinReason?)
    /// With `rejoin` the channel was joined before; it is not tried again.
    case joinFailed(topic: String, JoinFailure, rejoin: RejoinReason?)
    /// A leave that was asked for is done.
    case left(topic: String)
    /// `phx_close`, unasked for: the channel stopped normally.
    case topicClosed(topic: String)
    /// `phx_error`: the channel crashed, or the server knows of it no more; it will be joined anew.
    case topicError(topic: String, payload: Payload)
    case message(topic: String, event: String, payload: Payload)
    case replied(topic: String, ref: Ref, Reply)
    /// The connection, the join or the channel ended before the reply came. The push may have been served.
    case replyLost(topic: String, ref: Ref, ReplyLoss)
}

/// Why a channel was joined anew.
public enum RejoinReason: String, Sendable, Hashable {
    /// The connection was lost.
    case reconnect
    /// The channel crashed.
    case channelError
}

/// The reply to a push: `status` is `ok`, `error`, or any other atom of the server's.
public struct Reply: Sendable, Hashable {
    /// `ok`, `error`, or any other atom of the server's.
    public let status: String
    /// What the channel answered with; `{}` where it gave nothing.
    public let response: Payload

    package init(status: String, response: Payload) {
        self.status = status
        self.response = response
    }
}

/// Why a reply will never come.
public enum ReplyLoss: String, Sendable, Hashable {
    /// The connection ended.
    case disconnected
    /// The channel crashed (`phx_error`).
    case channelCrashed
    /// The server closed the channel (`phx_close`).
    case channelClosed
    /// The topic was left.
    case left
}

/// Why a topic was not joined.
package enum JoinFailure: Sendable, Equatable {
    /// The server's reply, its status any but `ok`.
    case rejected(Reply)
    /// The server has no channel for this topic (its reply's reason is "unmatched topic").
    case unmatchedTopic(Reply)
    /// The server takes no more topics on this socket ("too many channels joined").
    case tooManyChannels(Reply)
    /// The channel, or the connection, ended before the server answered.
    case lost(ReplyLoss)
    /// The server's answer is no reply: it has no status, or no response.
    case malformed
    /// The params that were asked for make a frame so large that the server would close the socket; nothing was sent.
    case tooLarge(limit: Int)
}

/// Why a websocket could not be opened.
public enum ConnectError: Error, Sendable, Equatable {
    /// The server answered the upgrade with another status than 101.
    case refused(UpgradeRefusal)
    /// The proxy answered CONNECT with another status than 2xx; 407 asks for credentials.
    case proxyRefused(status: Int)
    /// The server's certificate has expired, is another's, or is not signed by an authority that is trusted; in words.
    case untrusted(reason: String)
    /// The server took the upgrade, and not the auth token that was offered: its socket needs `auth_token: true`.
    case tokenNotTaken
    /// The host led to no address that may be connected to; nothing was sent.
    case notAllowed
    /// No connection: DNS, TCP, TLS, or the answer broke the websocket handshake; in words.
    case failed(reason: String)
    /// This process, or the machine, has no file descriptor left for a socket; nothing was sent.
    case noDescriptors
    /// The deadline over DNS, TCP, proxy, TLS and upgrade passed.
    case timedOut
    /// `close()` came first.
    case cancelled
}

/// How an open websocket ended.
public struct Disconnection: Sendable, Hashable {
    /// Who or what ended it.
    public enum Cause: String, Sendable {
        /// The server closed it, or broke the protocol.
        case server
        /// The connection was lost.
        case network
        /// The server did not answer a heartbeat.
        case heartbeat
        /// It was asked for here.
        case requested
    }

    /// Who or what ended it.
    public let cause: Cause
    /// The close frame's code, as the server sent it: 1005 where it had none; nil without a close frame.
    ///
    /// Where the server broke the websocket protocol it is ours: 1002, 1007 or 1009, with the reason in words.
    public let code: UInt16?
    /// The close frame's reason (Phoenix sends none), or the network's error or the server's breach in words.
    public let reason: String

    package init(cause: Cause, code: UInt16? = nil, reason: String = "") {
        self.cause = cause
        self.code = code
        self.reason = reason
    }
}

/// Why a command was refused; nothing was sent.
package enum CommandError: Error, Sendable, Equatable {
    case notConnected
    case notJoined
    /// A join of the topic is on its way, or stands.
    case alreadyJoined
    /// The topic is being left: join it once that is done.
    case leaving
    /// The protocol keeps this topic or event for itself (`phoenix`, `phx_*`).
    case reserved
    /// A binary frame can't carry a topic or event of more than 255 bytes.
    case nameTooLong
    /// The server reads too slowly: too much waits to be sent already.
    case backlogged
    /// A frame that large would make the server close the socket.
    case tooLarge(limit: Int)
}

/// What a `Connection` reports to.
package protocol ConnectionDelegate: AnyObject, Sendable {
    /// Takes the events of one read, in the order of the wire, on the connection's event loop and with no lock held.
    func connection(_ connection: Connection, produced events: [ConnectionEvent])
}
