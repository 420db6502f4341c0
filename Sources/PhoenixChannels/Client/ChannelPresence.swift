import Synchronization

/// Who is in a channel's topic, kept up to date on the event loop and looked at from any thread.
final class ChannelPresence: Sendable {
    private let state = Mutex(Presence())

    var current: Presence { state.withLock { $0 } }

    /// The topic is joined, or joined anew.
    func joined() { state.withLock { $0.joined() } }

    /// Takes a message of the topic.
    ///
    /// - Returns: what changed; nothing unless it is a presence's, nor when it can't be one: the message itself is
    ///   delivered either way.
    func received(_ message: ChannelMessage) -> [PresenceChange] {
        guard message.event == Presence.stateEvent || message.event == Presence.diffEvent else { return [] }
        return state.withLock { (try? $0.received(message.event, message.payload)) ?? [] }
    }
}
