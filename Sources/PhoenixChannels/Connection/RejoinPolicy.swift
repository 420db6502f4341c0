/// When to join a channel again that crashed (`phx_error`): exponential backoff with full jitter, as `ReconnectPolicy`.
///
/// A server that refuses the join is not asked again, and neither is one that has closed the channel (`phx_close`).
public struct RejoinPolicy: Sendable, Hashable {
    /// What the first wait is a part of.
    public var minDelay = Duration.milliseconds(500)
    /// What a wait is a part of at the most.
    public var maxDelay = Duration.seconds(10)
    /// A channel that lasted so long was a good one: the backoff starts over.
    public var stableAfter = Duration.seconds(10)

    /// With the values above.
    public init() {}
}
