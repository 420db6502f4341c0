import HTTPCore

/// What a topic and an event may be called.
enum TopicName {
    /// A binary frame carries the length in one byte, so no channel that takes both kinds has longer names.
    static let maxBytes = 255

    static func check(_ topic: String, _ place: RequestPlace) throws(Problem) {
        guard topic != "phoenix" else { throw .reserved(place) }
        try checkLength(topic, "topic", place)
    }

    static func checkEvent(_ event: String, _ place: RequestPlace) throws(Problem) {
        guard !event.hasPrefix("phx_") else { throw .reserved(place) }
        try checkLength(event, "event", place)
    }

    private static func checkLength(_ name: String, _ what: String, _ place: RequestPlace) throws(Problem) {
        guard !name.isEmpty, name.utf8.count <= maxBytes else {
            throw .invalidRequest("The \(what) must have 1 to \(maxBytes) bytes.", place)
        }
    }
}
