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
                filter.topics = query.all("topic").map { Glob($0) }
            }
        }
        router.on(.get, "/sessions/{id}/topics/{topic}/messages") { request, path throws(Problem) in
            try sessions.find(path["id"]).requireTopic(path["topic"])
            return try read(request, path["id"], .messages, []) { _, filter throws(Problem) in
                filter.topics = [Glob(exactly: path["topic"])]
            }
        }
        router.on(.get, "/sessions/{id}/events") { request, path throws(Problem) in
            try read(request, path["id"], .events, ["topic", "kind"]) { query, filter throws(Problem) in
                filter.topics = query.all("topic").map { Glob($0) }
                filter.kinds = try ReadInput.kinds(query.all("kind"))
            }
        }
        router.on(.post, "/sessions/{id}/await") { request, path throws(Problem) in
            let session = try sessions.find(path["id"])
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
        let session = try sessions.find(id)
        let query = try QueryReader(
            request, ["after", "wait", "limit", "match"], repeatable: ["event"] + names)
        var filter = form.isMessages ? LogFilter.messages : LogFilter()
        filter.events = query.all("event").map { Glob($0) }
        filter.payload = try ReadInput.match(query)
        try narrow(query, &filter)
        let limit = try query.integer("limit", in: ReadInput.limits) ?? ReadInput.standardLimit
        let after = try ReadInput.after(query["after"])
        let wait = try Wait(request, query, standard: nil, longest: configuration.maxWait)
        return try session.read(ReadQuery(form: form, filter: filter, limit: limit, after: after), wait)
    }
}

extension ReadQuery.Form {
    fileprivate var isMessages: Bool {
        switch self {
        case .messages: true
        case .events, .await: false
        }
    }
}
