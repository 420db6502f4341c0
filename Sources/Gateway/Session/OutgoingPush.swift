package import PhoenixChannels

/// A message to a channel, and how its reply is to be answered.
package struct OutgoingPush: Sendable {
    /// What a push came to once it was written.
    struct Sent: Sendable {
        let ref: Ref
        let topic: String
        /// How the session names it.
        let name: String
        /// The log's position before it.
        let cursor: Cursor
    }

    /// What a push does whose topic isn't joined, having joined it.
    package enum Joining: Sendable {
        /// It waits for the reply, within the same wait.
        case thenAwaitReply
        /// It is answered as soon as it is sent.
        case thenAnswer
    }

    package let topic: String
    package let event: String
    package let payload: Payload
    package let form: ReplyForm
    /// Nil where the topic must be joined.
    package let joining: Joining?
    /// The log's position before it, and before the join that it waits for; set when it begins to wait for that, where it
    /// may.
    let queued: Ticket<Cursor>?
    /// Set when it is written.
    let ticket = Ticket<Sent>()

    /// Whether it waits for nothing once it is sent.
    var isAnsweredOnceSent: Bool { joining == .thenAnswer }

    /// Whether a log's entry is its reply, and one that its form answers with a problem.
    func isRefused(by entry: LogEntry) -> Bool {
        guard let reply = entry.reply, let sent = ticket.value, reply.ref == sent.ref else { return false }
        return form.refusal(entry, ref: sent.name, cursor: sent.cursor) != nil
    }

    package init(
        _ topic: String, _ event: String, _ payload: Payload, _ form: ReplyForm = .push(), joining: Joining? = nil
    ) {
        self.topic = topic
        self.event = event
        self.payload = payload
        self.form = form
        self.joining = joining
        queued = joining.map { _ in Ticket() }
    }
}

/// A push that waits for its topic to be joined.
struct QueuedPush: Sendable {
    let push: OutgoingPush
    let waiter: Waiter
}
