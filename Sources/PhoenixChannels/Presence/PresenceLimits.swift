/// The bounds of a `Presence`: a server decides how much comes, and not how much is kept.
public struct PresenceLimits: Sendable, Hashable {
    /// What a key, and what a diff, counts beyond its bytes: about what keeping track of it takes.
    static let overhead = 256
    /// The same for a meta.
    static let metaOverhead = 128

    /// Bytes of the diffs that are held back until the state of a join comes: 1 MiB unless set.
    ///
    /// A few come ahead of the state at the most, unless the channel never sends a state at all. Past it the oldest are
    /// dropped, down to half of it: those are the likeliest to be in the state already.
    public var maxHeldBytes = 1024 * 1024
    /// Bytes that all keys and metas take, what keeping track of them takes included: 32 MiB unless set, which is some
    /// 70,000 users.
    ///
    /// What would go beyond it is not taken.
    public var maxBytes = 32 * 1024 * 1024

    /// The bounds as documented.
    public init() {}
}
