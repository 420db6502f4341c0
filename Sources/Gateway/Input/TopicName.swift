import HTTPCore

/// What a topic and an event may be called.
enum TopicName {
    /// A binary frame carries the length in one byte, so no channel that takes both kinds has longer names.
    static let maxBytes = 255

    static func check(_ topic: String) throws(Problem) {
        guard topic != "phoenix" else { throw .reserved }
        try checkLength(topic, "topic")
    }

    static func checkEvent(_ event: String) throws(Problem) {
        guard !event.hasPrefix("phx_") else { throw .reserved }
        try checkLength(event, "event")
    }

    private static func checkLength(_ name: String, _ what: String) throws(Problem) {
        guard !name.isEmpty, name.utf8.count <= maxBytes else {
            throw .invalidRequest("The \(what) must have 1 to \(maxBytes) bytes.")
        }
    }
}
