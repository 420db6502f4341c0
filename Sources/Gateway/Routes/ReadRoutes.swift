import HTTPCore
import HTTPTypes
import PhoenixChannels

/// Reading the log: `…/messages`, `…/topics/{topic}/messages`, `…/events`, and `…/await`.
struct ReadRoutes: Sendable {
    let configuration: GatewayConfiguration
    let sessions: SessionRegistry

    func add(to router: inout Router) {
        router.on(.get, "/sessions/{id}/messages") { request, path throws(Problem) in
            try read(request, path["id"], .messages, ["topic"]) { query, filter throws(Problem) in
                filter.topics = try ReadInput.globs(query.all("topic"), "topic", .parameter("topic"))
            }
        }
        router.on(.get, "/sessions/{id}/topics/{topic}/messages") { request, path throws(Problem) in
            try sessions.find(path["id"], of: request.principal).requireTopic(path["topic"])
            return try read(request, path["id"], .messages, []) { _, filter throws(Problem) in
                filter.topics = [Glob(exactly: path["topic"])]
            }
        }
        router.on(.get, "/sessions/{id}/events") { request, path throws(Problem) in
            try read(request, path["id"], .events, ["topic", "kind"]) { query, filter throws(Problem) in
                filter.topics = try ReadInput.globs(query.all("topic"), "topic", .parameter("topic"))
                filter.kinds = try ReadInput.kinds(query.all("kind"))
            }
        }
        router.on(.delete, "/sessions/{id}/messages") { request, path throws(Problem) in
            let session = try sessions.find(path["id"], of: request.principal)
            _ = try BodyReader(request, [])
            try session.release(through: try ReadInput.through(try QueryReader(request, ["through"])))
            return .now(.noContent)
        }
        router.on(.post, "/sessions/{id}/await") { request, path throws(Problem) in
            let session = try sessions.find(path["id"], of: request.principal)
            let query = try QueryReader(request, ["wait"])
            let wait = try Wait(
                request, query, standard: configuration.defaultWait, longest: configuration.maxWait)
            return try session.read(try ReadInput.await(request), wait)
        }
    }

    private func read(
        _ request: Request, _ id: String, _ form: ReadQuery.Form, _ names: [String],
        _ narrow: (QueryReader, inout LogFilter) throws(Problem) -> Void
    ) throws(Problem) -> Answer {
        let session = try sessions.find(id, of: request.principal)
        let query = try QueryReader(
            request, ["after", "wait", "limit", "match", "heartbeat"], repeatable: ["event"] + names)
        var filter = form.isMessages ? LogFilter.messages : LogFilter()
        filter.events = try ReadInput.globs(query.all("event"), "event", .parameter("event"))
        filter.payload = try ReadInput.match(query)
        try narrow(query, &filter)
        let limit = try query.integer("limit", in: ReadInput.limits)
        let after = try ReadInput.after(query["after"])
        let wait = try Wait(request, query, standard: nil, longest: configuration.maxWait)
        let heartbeat = try ReadInput.heartbeat(query)
        func stream(_ framing: StreamQuery.Framing, _ start: StreamQuery.Start) throws(Problem) -> Answer {
            guard heartbeat == nil else { throw ReadInput.heartbeatInStream }
            guard request.occupancy != .stopping else { throw wait.refusal }
            let query = StreamQuery(
                framing: framing, filter: filter, limit: limit, start: start, limits: configuration.streams,
                lifeline: nil)
            return .now(try session.stream(query, hasRoom: request.occupancy == .free))
        }
        switch try ReadFormat(request) {
        case .eventStream:
            return try stream(.eventStream, ReadInput.start(request, after))
        case .lines:
            return try stream(.lines, .after(after))
        case .json:
            let query = ReadQuery(
                form: form, filter: filter, limit: limit ?? ReadInput.standardLimit, after: after, lifeline: nil)
            let answer = try session.read(query, wait)
            guard let heartbeat, case .later(let promise) = answer else { return answer }
            return .now(HeartbeatAnswer.response(to: promise, every: heartbeat, wait.headers, session.deadlines))
        }
    }
}

extension ReadQuery.Form {
    fileprivate var isMessages: Bool {
        switch self {
        case .messages: true
        case .events, .await, .call: false
        }
    }
}
