import HTTPCore
import HTTPTypes
import PhoenixChannels

/// `/sessions` and `/sessions/{id}`.
struct SessionRoutes: Sendable {
    let configuration: GatewayConfiguration
    let sessions: SessionRegistry
    let transport: any Transport
    let deadlines: Deadlines

    /// A session may be idle for so long: a shell script's pause, a day's cron job.
    private static let idleTimeouts = Duration.seconds(1)...Duration.seconds(86_400)

    func add(to router: inout Router) {
        router.on(.post, "/sessions") { request, _ throws(Problem) in try create(request) }
        router.on(.get, "/sessions/{id}") { request, path throws(Problem) in
            _ = try QueryReader(request)
            return .now(try sessions.find(path["id"]).describe())
        }
        router.on(.delete, "/sessions/{id}") { request, path throws(Problem) in
            _ = try QueryReader(request)
            try sessions.delete(path["id"])
            return .now(.noContent)
        }
    }

    private func create(_ request: Request) throws(Problem) -> Answer {
        let query = try QueryReader(request, ["wait"])
        let wait = try Wait(
            request, query, standard: configuration.defaultWait, longest: configuration.maxWait)
        let spec = try spec(request)
        if sessions.isDraining { throw .draining }
        try wait.requireRoom()
        let session = Session(
            id: .random(node: configuration.node), spec: spec, limits: configuration.log, deadlines: deadlines,
            onEnd: { [sessions] id, reason in sessions.remove(id, reason) })
        try sessions.insert(session)
        return session.start(over: transport, configuration.connection, wait)
    }

    private func spec(_ request: Request) throws(Problem) -> SessionSpec {
        let body = try BodyReader(request, ["uri", "params", "headers", "topics", "idle_timeout"], depth: 3)
        guard let uri = try body.string("uri") else {
            throw body.refusal(
                "uri", "is missing: the websocket's address, such as ws://127.0.0.1:4000/socket/websocket")
        }
        let endpoint = try endpoint(uri, body)
        guard configuration.allowsAnyUpstream || endpoint.isLoopback else {
            throw .endpointNotAllowed(endpoint.display)
        }
        return SessionSpec(
            endpoint: endpoint, topics: try topics(body),
            idleTimeout: try body.duration("idle_timeout", in: Self.idleTimeouts) ?? configuration.defaultIdleTimeout)
    }

    private func endpoint(_ uri: String, _ body: BodyReader) throws(Problem) -> Endpoint {
        var headers: [(name: String, value: String)] = []
        for header in try body.object("headers")?.members() ?? [] {
            guard let value = header.value.string else { throw body.refusal("headers", "must hold strings only") }
            headers.append((header.name, value))
        }
        let params = try body.object("params")?.text ?? .emptyObject
        do throws(EndpointError) {
            return try Endpoint(uri: uri, params: params, headers: headers)
        } catch {
            throw .invalidRequest(error.description, at: "/\(error.member)")
        }
    }

    private func topics(_ body: BodyReader) throws(Problem) -> [SessionSpec.Topic] {
        var topics: [SessionSpec.Topic] = []
        for (index, value) in (try body.array("topics") ?? []).enumerated() {
            let place = "/topics/\(index)"
            let entry = try BodyReader(value, ["topic", "params"], at: place)
            guard let name = try entry.string("topic") else { throw entry.refusal("topic", "is missing") }
            try TopicName.check(name)
            guard !topics.contains(where: { $0.name == name }) else { throw entry.refusal("topic", "is listed twice") }
            topics.append(
                SessionSpec.Topic(name: name, params: try entry.object("params")?.text ?? .emptyObject))
        }
        guard topics.count <= Topic.maxTopics else {
            throw body.refusal("topics", "may list \(Topic.maxTopics) topics")
        }
        return topics
    }
}
