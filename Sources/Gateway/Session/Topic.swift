import HTTPCore
package import PhoenixChannels

/// A topic of a session, as the gateway knows it: also when it was left or its join was refused.
package struct Topic: Sendable {
    package enum State: String, Sendable {
        case joining, joined, leaving, left, closed, errored, rejected
    }

    /// A join that waits for the leave before it to be done.
    package struct NextJoin: Sendable {
        package let params: JSONText
        package var waiters: [Waiter]
    }

    package var state: State
    /// What it was last joined with.
    package var params: JSONText
    /// What the server answered to the join; kept while joined.
    package var response: Payload?
    /// Whether the connection joins it anew by itself: it was joined, and lost its connection or its channel.
    var isRejoining = false
    /// Why it isn't joined any more, or was not; nil once it is to be joined again.
    var failure: Problem?
    /// Requests that wait for the join, or for the leave, to be answered.
    package var waiters: [Waiter] = []
    package var next: NextJoin?

    /// The topic as answers show it; `cursor` with those that caused something.
    package func json(_ name: String, cursor: Cursor? = nil) -> [UInt8] {
        var writer = JSONObjectWriter()
        writer.add("topic", name)
        writer.add("state", state.rawValue)
        if let response { writer.add("response", payload: response) } else { writer.addNull("response") }
        if let cursor { writer.add("cursor", cursor.description) }
        return writer.finish()
    }
}
