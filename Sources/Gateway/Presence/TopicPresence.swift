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

    /// Bytes that the presences of all a session's topics take, as much as its log holds by default: some 17,000 users.
    static let maxSessionBytes = 8 * 1024 * 1024

    private var presence = Presence()
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
        presence = Presence()
        cursor = nil
    }

    /// Bytes that it takes.
    var byteCount: Int { presence.byteCount }

    /// Takes a message, which is or will be at `cursor`; a payload that is no presence's changes nothing.
    ///
    /// What would take more than `room` bytes is not taken.
    ///
    /// - Returns: whether there is another version now.
    mutating func received(_ event: String, _ payload: Payload, at cursor: Cursor, room: Int) -> Bool {
        let (tag, version) = (tag, presence.version)
        presence.limits.maxBytes = room
        presence.limits.maxHeldBytes = min(room, PresenceLimits().maxHeldBytes)
        _ = try? presence.received(event, payload)
        if presence.version != version { self.cursor = cursor }
        return self.tag != tag
    }

    /// Whether its state was more than there was room for, and nothing is known for that reason.
    var isTooLarge: Bool { cursor == nil && !presence.isComplete }

    /// The version's name; nil while nothing is known.
    ///
    /// That something was not taken is another version, as it is told.
    var tag: String? {
        let mark = presence.isComplete ? "" : "-incomplete"
        return cursor.map { "\"\($0.epoch)-\(forgotten + presence.version)\(mark)\"" }
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
