import HTTPCore
import HTTPTypes
import PhoenixChannels

/// Reads what `/call` and `/listen` ask for.
struct CallInput: Sendable {
    let specs: SessionSpecReader

    static let members = SessionSpecReader.connectionMembers + ["topic", "join", "event", "payload", "await"]
    private static let patternMembers = ["topic", "event", "payload", "kind"]
    private static let messages: Set<LogEntry.Kind> = [.message]
    /// A pooled client's session is ended by the pool alone, long before this.
    private static let idleTimeout = Duration.seconds(86_400)

    /// The body of `POST /call`.
    func call(_ body: BodyReader, _ form: ReplyForm, for principal: Principal) throws(Problem) -> Call.Request {
        let topic = try topic(body)
        let push = try push(body, form)
        guard let filter = try pattern(body, topic, kinds: Self.messages) else {
            guard let push else {
                throw body.refusal("event", "is missing: a call pushes an event, or awaits a pattern, or both")
            }
            return try request(body, principal, topic, .pushAndAwaitReply(push))
        }
        return try request(body, principal, topic, .awaitMessage(filter, after: push))
    }

    /// The body of `POST /listen`.
    func listen(_ body: BodyReader, _ form: ListenForm, for principal: Principal) throws(Problem) -> Call.Request {
        let topic = try topic(body)
        let push = try push(body, .listener)
        if body.value("await")?.string != nil { throw body.refusal("await", "must be a pattern") }
        let filter = try pattern(body, topic, kinds: form.kinds) ?? LogFilter(kinds: form.kinds, topic: topic)
        return try request(body, principal, topic, form.action(filter, after: push), reconnects: form.isStream)
    }

    /// The query of `GET /listen`, whose values stand for the members of a body.
    func listen(_ query: QueryReader, _ form: ListenForm, for principal: Principal) throws(Problem) -> Call.Request {
        let place = query["uri"] == nil && query["endpoint"] != nil ? "endpoint" : "uri"
        guard let value = query[place] else {
            throw .invalidRequest(
                "The query's 'uri' is missing, or 'endpoint' in place of it: where to connect.", .parameter("uri"))
        }
        guard place == "endpoint" || query["endpoint"] == nil else {
            throw .invalidRequest(
                "The query's 'endpoint' stands in place of 'uri': give one of the two.", .parameter("endpoint"))
        }
        guard let topic = query["topic"] else {
            throw .invalidRequest("The query's 'topic' is missing: what to listen to.", .parameter("topic"))
        }
        var writer = JSONObjectWriter()
        if place == "uri" { writer.add("uri", value) } else { writer.add("endpoint", value) }
        writer.add("topic", topic)
        let body = try BodyReader(JSONText(unchecked: writer.finish()).slice, ["uri", "endpoint", "topic"], at: "")
        try TopicName.check(topic, .parameter("topic"))
        var filter = LogFilter(kinds: form.kinds, topic: topic)
        filter.events = try ReadInput.globs(query.all("event"), "event", .parameter("event"))
        filter.payload = try ReadInput.match(query, alternative: "POST to the same path")
        do throws(Problem) {
            return try request(body, principal, topic, form.action(filter, after: nil), reconnects: form.isStream)
        } catch {
            // Of the body's members only the uri can be wrong, and it stands in the query.
            throw error.code == "invalid-request" ? .invalidRequest(error.detail, .parameter("uri")) : error
        }
    }

    private func topic(_ body: BodyReader) throws(Problem) -> String {
        guard let topic = try body.string("topic") else { throw body.refusal("topic", "is missing") }
        try TopicName.check(topic, .pointer("/topic"))
        return topic
    }

    private func request(
        _ body: BodyReader, _ principal: Principal, _ topic: String, _ action: Call.Request.Action,
        reconnects: Bool = false
    ) throws(Problem) -> Call.Request {
        let join = try body.object("join")?.text ?? .emptyObject
        var connection = try specs.connection(body)
        // A client that fails while it is idle is replaced, and one in use fails its call; a listener waits for it.
        if !reconnects { connection.reconnect = nil }
        let parts = try specs.parts(body, for: principal)
        let connectionKey = parts.key
        let spec = SessionSpec(
            endpoint: try parts.endpoint(of: connectionKey), parts: parts,
            topics: [SessionSpec.Topic(name: topic, params: join)], connection: connection,
            idleTimeout: Self.idleTimeout, log: specs.configuration.log, isShared: false,
            maxTopics: specs.configuration.maxTopics)
        let key = PoolKey(
            connection: connectionKey, topic: topic, joinParams: join, connection, spec.endpoint)
        return Call.Request(spec: spec, key: key, action: action)
    }

    private func push(_ body: BodyReader, _ form: ReplyForm) throws(Problem) -> Call.Request.Push? {
        guard let event = try body.string("event") else {
            guard body.present("payload") == nil else {
                throw body.refusal("event", "is missing: the name of the event that the payload belongs to")
            }
            return nil
        }
        try TopicName.checkEvent(event, .pointer("/event"))
        return Call.Request.Push(event: event, payload: try PushInput.payload(body, alternative: nil), form: form)
    }

    /// The pattern that `await` is; nil where it isn't there, or is the word `reply`.
    private func pattern(
        _ body: BodyReader, _ topic: String, kinds: Set<LogEntry.Kind>
    ) throws(Problem) -> LogFilter? {
        guard let awaited = body.value("await"), awaited.string != "reply" else { return nil }
        guard awaited.kind == .object else { throw body.refusal("await", "must be \"reply\" or a pattern") }
        let pattern = try BodyReader(awaited, Self.patternMembers, at: "/await")
        var filter = try ReadInput.filter(pattern, at: "/await", kinds: kinds)
        if filter.topics.isEmpty { filter.topics = [Glob(exactly: topic)] }
        return filter
    }
}

extension LogFilter {
    /// What is of these kinds, on this topic.
    fileprivate init(kinds: Set<LogEntry.Kind>, topic: String) {
        self.init(kinds: kinds)
        topics = [Glob(exactly: topic)]
    }
}
