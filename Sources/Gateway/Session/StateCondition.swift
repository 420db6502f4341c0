/// What a read of a session or topic waits for: `?until`.
package enum StateCondition: Sendable, Hashable {
    case connected, disconnected
    case joined(topic: String)
    case left(topic: String)

    /// Requests of a session that wait for a condition, or for it to be connected or disconnected, at the most.
    static let maxWaiting = 1_024
}
