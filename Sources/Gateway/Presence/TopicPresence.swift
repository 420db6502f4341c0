import HTTPCore
import HTTPTypes
import PhoenixChannels

/// Who is in a topic, as far as its messages told, and who waits for a change of that.
struct TopicPresence {
    /// A request that waits for another version than it has.
    struct Reader: Sendable {
        let waiter: Waiter
        let known: EntityTags
    }

    /// As much as a session's log holds by default: some 17,000 users a topic.
    private static var limits: PresenceLimits {
        var limits = PresenceLimits()
        limits.maxBytes = 8 * 1024 * 1024
        return limits
    }

    private var presence = Presence(limits: limits)
    /// Versions of what was forgotten: no version comes twice.
    private var forgotten: UInt64 = 0
    /// The log's position of the message that made this version.
    private var cursor: Cursor?
    var readers: [Reader] = []

    /// The topic is joined anew: what is known stays until the state of this join comes.
    mutating func joined() { presence.joined() }

    /// The topic is left: nothing is known of it any more.
    mutating func forget() {
        forgotten += presence.version
        presence = Presence(limits: Self.limits)
        cursor = nil
    }

    /// Takes a message, which is or will be at `cursor`; a payload that is no presence's changes nothing.
    ///
    /// - Returns: whether there is another version now.
    mutating func received(_ event: String, _ payload: Payload, at cursor: Cursor) -> Bool {
        let before = presence.version
        _ = try? presence.received(event, payload)
        guard presence.version != before else { return false }
        self.cursor = cursor
        return true
    }

    /// The version's name; nil while nothing is known.
    var tag: String? {
        cursor.map { "\"\($0.epoch)-\(forgotten + presence.version)\"" }
    }

    /// The state as a resource; nil while nothing is known.
    func response(_ topic: String) -> Response? {
        guard let cursor, let tag else { return nil }
        var json: [UInt8] = []
        presence.append(to: &json)
        var writer = JSONObjectWriter(reserving: json.count + 128)
        writer.add("topic", topic)
        writer.add("presence", json: json)
        writer.add("cursor", cursor.description)
        if !presence.isComplete { writer.add("complete", false) }
        return .json(writer.finish(), headers: [.eTag: tag])
    }
}
