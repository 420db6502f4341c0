/// A message that the server pushed, or broadcast, to a joined topic.
public struct ChannelMessage: Sendable, Hashable {
    public let event: String
    public let payload: Payload
}
