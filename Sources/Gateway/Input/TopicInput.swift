import HTTPCore

/// Where a request names its topic.
enum TopicInput {
    /// A topic in the path, checked.
    static func inPath(_ topic: String) throws(Problem) -> String {
        try TopicName.check(topic, .parameter("topic"))
        return topic
    }

    /// A topic in the body, or in the query, for proxies that decode paths; `body` is nil where it has no members.
    static func named(_ query: QueryReader, _ body: BodyReader? = nil) throws(Problem) -> String {
        let inBody = try body?.string("topic")
        guard inBody == nil || query["topic"] == nil else {
            throw .invalidRequest(
                "The topic is named twice, in the query and in the body: name it once.", .parameter("topic"))
        }
        guard let topic = inBody ?? query["topic"] else {
            let place = body == nil ? "" : "the body's member 'topic', or as "
            let detail = "The topic is missing: name it as \(place)?topic=."
            throw .invalidRequest(detail, body == nil ? .parameter("topic") : .pointer("/topic"))
        }
        try TopicName.check(topic, inBody == nil ? .parameter("topic") : .pointer("/topic"))
        return topic
    }
}
