/// What a call waits with: when it is gone, nothing can come any more, since nobody else knows of its session.
struct Lifeline: Sendable {
    let topic: String
    /// Ahead of what is awaited; the call is over when the channel refuses it.
    let push: OutgoingPush?
}
