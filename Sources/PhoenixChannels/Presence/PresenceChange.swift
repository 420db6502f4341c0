/// What a state or a diff changed, in the order in which it was applied: joins before leaves.
///
/// A user who changes their metas joins with the new one and leaves with the old one, in that order.
public enum PresenceChange: Sendable, Hashable {
    /// Metas that were not there came to a key; without any `before` it is the key that came.
    case joined(key: String, metas: [PresenceMeta], before: [PresenceMeta])
    /// Metas of a key went; without any `remaining` it is the key that went.
    case left(key: String, metas: [PresenceMeta], remaining: [PresenceMeta])
    /// A whole state or diff has been applied, the diffs held back for it included; comes last, once for each.
    case synced
    /// A bound of `PresenceLimits` was passed, and something not taken: what is shown may be wrong until the topic is
    /// joined again.
    ///
    /// Told once a join.
    case incomplete
}
