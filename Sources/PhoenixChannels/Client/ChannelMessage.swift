/// A message that the server pushed, or broadcast, to a joined topic.
public struct ChannelMessage: Sendable, Hashable {
    /// Its name, as the server pushed or broadcast it.
    public let event: String
    /// What it carries, byte for byte.
    public let payload: Payload
}
