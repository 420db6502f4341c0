import PhoenixChannels

/// Which entries a reader wants.
package struct LogFilter: Sendable {
    /// Nil for every kind.
    package var kinds: Set<LogEntry.Kind>?
    /// Alternatives; empty for any.
    package var topics: [Glob] = []
    package var events: [Glob] = []
    /// Of a message's payload, or another entry's response.
    package var payload: PayloadPattern?
    /// A push whose reply passes whatever else is wanted, if it is a refusal: the reader stands or falls with it.
    var push: OutgoingPush?

    package init(kinds: Set<LogEntry.Kind>? = nil) {
        self.kinds = kinds
    }

    /// What `…/messages` shows.
    package static let messages = LogFilter(kinds: [.message, .gap])

    /// Whether an entry is wanted.
    ///
    /// One without a topic (the log's gaps, the connection's own) passes all filters but `kinds`; a gap in a topic has
    /// neither event nor payload that could be asked for, and is told whatever those filters are.
    package func passes(_ entry: LogEntry) -> Bool {
        if push?.isRefused(by: entry) == true { return true }
        if let kinds, !kinds.contains(entry.kind) { return false }
        guard let topic = entry.topic else { return true }
        if !topics.isEmpty, !topics.contains(where: { $0.matches(topic) }) { return false }
        if entry.kind == .gap { return true }
        if !events.isEmpty {
            guard let event = entry.event, events.contains(where: { $0.matches(event) }) else { return false }
        }
        return payload?.matches(entry.payload) ?? true
    }
}
