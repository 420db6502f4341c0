/// When to connect again after the connection was lost or could not be made: exponential backoff with full jitter.
///
/// Before the attempt after the n-th failure it waits for a random part of `minDelay` times 2ⁿ⁻¹, at most of `maxDelay`:
/// thousands of clients that lose their server at once then don't come back at once. What made the connection end is no
/// reason to stay away, not even close code 1000, unless the end was asked for here; but a server that answers the
/// upgrade with 401 or 403 has said no, and is asked no more.
public struct ReconnectPolicy: Sendable, Hashable {
    /// What the first wait is a part of.
    public var minDelay = Duration.milliseconds(100)
    /// What a wait is a part of at the most; a server's `Retry-After`, up to `maxRetryAfter`, comes on top.
    public var maxDelay = Duration.seconds(30)
    /// How many times in a row it tries again before it gives up; nil never does.
    public var maxAttempts: Int?
    /// A connection that lasted so long was a good one: the backoff starts over.
    ///
    /// One that ended sooner counts as another failure, so that a server that accepts and drops is not hammered.
    public var stableAfter = Duration.seconds(10)
    /// A `Retry-After` is heeded up to here: a server can't send its clients away for good.
    public var maxRetryAfter = Duration.seconds(300)

    /// With the values above.
    public init() {}
}
