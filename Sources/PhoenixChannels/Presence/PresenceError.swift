/// Why a presence payload was not taken; nothing of it has been.
public enum PresenceError: Error, Sendable, Hashable {
    /// The payload is a binary one.
    case binary
    /// The payload, or a diff's `joins` or `leaves`, is not an object.
    case notAnObject
    /// What stands under a key is not an object with an array `metas`.
    case badEntry
    /// One of the `metas` is not an object.
    case badMeta
}
