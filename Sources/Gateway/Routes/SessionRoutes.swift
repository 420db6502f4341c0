import HTTPCore
import HTTPTypes
import PhoenixChannels

/// `/sessions` and `/sessions/{id}`.
struct SessionRoutes: Sendable {
    let configuration: GatewayConfiguration
    let sessions: SessionRegistry
    let transport: any Transport
    let deadlines: Deadlines
    let keys: IdempotencyKeys

    /// A session may be idle for so long: a shell script's pause, a day's cron job.
    private static let idleTimeouts = Duration.seconds(1)...Duration.seconds(86_400)

    /// A server's websocket is idle after 60 s by default; a network's, sooner.
    private static let heartbeatIntervals = Duration.seconds(1)...Duration.seconds(300)
    /// Between attempts to connect: from hardly a wait to an hour, longer than any restart.
    private static let delays = Duration.milliseconds(10)...Duration.seconds(3_600)
    private static let mostAttempts = 1_000_000
    private static let members = [
        "uri", "params", "headers", "auth_token", "topics", "idle_timeout", "heartbeat_interval", "reconnect",
    ]

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
        return try keys.answer(
            request, wait,
            SessionCreation { wait, ticket throws(Problem) in try self.make(spec, wait, ticket) })
    }

    private func make(_ spec: SessionSpec, _ wait: Wait, _ ticket: Ticket<Session>) throws(Problem) -> Answer {
        if sessions.isDraining { throw .draining }
        guard wait.hasRoom else { throw .tooManyWait }
        let session = Session(
            id: .random(node: configuration.node), spec: spec, limits: configuration.log, deadlines: deadlines,
            onEnd: { [sessions] id, reason in sessions.remove(id, reason) })
        try sessions.insert(session)
        ticket.set(session)
        return session.start(over: transport, wait)
    }

    private func spec(_ request: Request) throws(Problem) -> SessionSpec {
        let body = try BodyReader(request, Self.members, depth: 3)
        guard let uri = try body.string("uri") else {
            throw body.refusal(
                "uri", "is missing: the websocket's address, such as ws://127.0.0.1:4000/socket/websocket")
        }
        let endpoint = try endpoint(uri, body)
        guard configuration.allowsAnyUpstream || endpoint.isLoopback else {
            throw .endpointNotAllowed(endpoint.display)
        }
        return SessionSpec(
            endpoint: endpoint, topics: try topics(body), connection: try connection(body),
            idleTimeout: try body.duration("idle_timeout", in: Self.idleTimeouts) ?? configuration.defaultIdleTimeout)
    }

    private func endpoint(_ uri: String, _ body: BodyReader) throws(Problem) -> Endpoint {
        var headers: [(name: String, value: String)] = []
        for header in try body.object("headers")?.members() ?? [] {
            guard let value = header.value.string else { throw body.refusal("headers", "must hold strings only") }
            headers.append((header.name, value))
        }
        let params = try body.object("params")?.text ?? .emptyObject
        let token = try body.string("auth_token").map { AuthToken($0) }
        do throws(EndpointError) {
            return try Endpoint(uri: uri, params: params, headers: headers, authToken: token)
        } catch {
            let member = error.member == "authToken" ? "auth_token" : error.member
            throw .invalidRequest(error.description, at: "/\(member)")
        }
    }

    private func connection(_ body: BodyReader) throws(Problem) -> ConnectionConfiguration {
        var connection = configuration.connection
        if let interval = try body.duration("heartbeat_interval", in: Self.heartbeatIntervals) {
            connection.heartbeatInterval = interval
        }
        guard let value = body.value("reconnect") else { return connection }
        if let isEnabled = value.bool {
            if !isEnabled { connection.reconnect = nil }
            return connection
        }
        let members = try BodyReader(value, ["enabled", "min", "max", "max_attempts"], at: "/reconnect")
        guard try members.flag("enabled") ?? true else {
            connection.reconnect = nil
            return connection
        }
        var policy = connection.reconnect ?? ReconnectPolicy()
        policy.minDelay = try members.duration("min", in: Self.delays) ?? policy.minDelay
        policy.maxDelay = try members.duration("max", in: Self.delays) ?? max(policy.minDelay, policy.maxDelay)
        policy.maxAttempts = try members.integer("max_attempts", in: 1...Self.mostAttempts) ?? policy.maxAttempts
        guard policy.minDelay <= policy.maxDelay else { throw members.refusal("max", "must not be less than min") }
        connection.reconnect = policy
        return connection
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
