package import HTTPCore
package import PhoenixChannels

/// A request that waits: its promise, and the deadline that will answer it if nothing else does.
package struct Waiter: Sendable {
    /// What a waiting request waits for: where its session finds it again.
    package enum Place: Sendable, Hashable {
        /// The connection, and topics: the session's own making among it.
        case arrival
        /// The end of the connection.
        case disconnect
        /// A state of the session or of a topic.
        case condition
        /// A topic's join or leave.
        case topic(String)
        case reply(Ref)
        /// A topic's join and then a push's reply.
        case push(String)
        /// A change of who is in a topic.
        case presence(String)
        /// Entries of the log.
        case log
    }

    package let id: UInt64
    /// The log's position when the request came, which is before what it causes.
    package let since: Cursor
    package let promise: ResponsePromise
    package let deadline: Deadlines.Token
}
