/// What happens on a joined topic, in the order of the wire.
public enum ChannelEvent: Sendable, Equatable {
    /// The server pushed or broadcast something.
    case message(ChannelMessage)
    /// The channel crashed (`phx_error`, with its payload); it will be joined anew.
    case crashed(Payload)
    /// The channel was joined anew, with this response: what was sent to it meanwhile is lost.
    case rejoined(response: Payload, RejoinReason)
    /// Someone came to the topic or went, as the message before it told; `PhoenixChannel.presence` has the whole.
    case presence(PresenceChange)
    /// The reader was too slow: so many events, the oldest ones that had not been read, were dropped here.
    case dropped(Int)
}
