import HTTPCore

/// What a stream of the log is asked for.
package struct StreamQuery: Sendable {
    package enum Framing: Sendable {
        case eventStream, lines
    }

    /// Where a stream begins.
    package enum Start: Sendable {
        case after(ReadQuery.After)
        /// Behind what an EventSource has seen; nil when that is no cursor at all.
        case lastEventID(Cursor?)
    }

    package let framing: Framing
    package let filter: LogFilter
    /// How many entries end the stream; nil for no such end.
    package let limit: Int?
    package let start: Start
    package let limits: StreamLimits
    /// What a listener stands or falls with; nil for a reader that waits for whatever becomes of its session.
    let lifeline: Lifeline?
}
