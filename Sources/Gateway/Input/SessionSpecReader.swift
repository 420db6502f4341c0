import HTTPCore
import HTTPTypes
import PhoenixChannels

/// Reads what a session is to be out of a request's body.
struct SessionSpecReader: Sendable {
    let configuration: GatewayConfiguration

    /// The members that say where to connect, and as whom.
    static let endpointMembers = ["uri", "endpoint", "params", "headers", "auth_token"]
    /// These, and how the connection is kept.
    static let connectionMembers = endpointMembers + ["heartbeat_interval", "reconnect"]
    static let members = connectionMembers + ["topics", "idle_timeout", "log", "socket"]

    /// The members that can be replaced later.
    static let patchMembers = ["params", "headers", "auth_token", "idle_timeout"]

    /// A session may be idle for so long: a shell script's pause, a day's cron job.
    private static let idleTimeouts = Duration.seconds(1)...Duration.seconds(86_400)
    /// A server's websocket is idle after 60 s by default; a network's, sooner.
    private static let heartbeatIntervals = Duration.seconds(1)...Duration.seconds(300)
    /// Between attempts to connect: from hardly a wait to an hour, longer than any restart.
    private static let delays = Duration.milliseconds(10)...Duration.seconds(3_600)
    private static let mostAttempts = 1_000_000

    /// What a principal's request says.
    func spec(_ body: BodyReader, for principal: Principal) throws(Problem) -> SessionSpec {
        let parts = try parts(body, for: principal)
        return SessionSpec(
            endpoint: try parts.endpoint(), parts: parts, topics: try topics(body), connection: try connection(body),
            idleTimeout: try idleTimeout(body) ?? configuration.defaultIdleTimeout,
            log: try LogInput.limits(body, standard: configuration.log), isShared: try isShared(body),
            maxTopics: configuration.maxTopics)
    }

    /// What a session's `PATCH` replaces: each member whole, and with null by what it is without it.
    func patch(_ body: BodyReader) throws(Problem) -> SessionPatch {
        var patch = SessionPatch()
        if body.present("params") != nil { patch.params = try params(body) }
        if body.present("headers") != nil { patch.headers = try headers(body) }
        if body.present("auth_token") != nil { patch.authToken = .some(try authToken(body)) }
        if body.present("idle_timeout") != nil {
            patch.idleTimeout = try idleTimeout(body) ?? configuration.defaultIdleTimeout
        }
        return patch
    }

    /// Where to connect, and as whom.
    func parts(_ body: BodyReader, for principal: Principal) throws(Problem) -> EndpointParts {
        EndpointParts(
            principal: principal.name, destination: try destination(body, principal), params: try params(body),
            headers: try headers(body), authToken: try authToken(body))
    }

    private func destination(_ body: BodyReader, _ principal: Principal) throws(Problem) -> Destination {
        switch (try body.string("uri"), try body.string("endpoint")) {
        case (.some(let uri), nil):
            try principal.requireURIs()
            return .uri(uri, configuration.allowedUpstreams)
        case (nil, .some(let name)):
            try principal.require(endpoint: name)
            guard let endpoint = configuration.endpoints[name] else { throw .unknownEndpoint(name) }
            return .endpoint(endpoint)
        case (.some, .some): throw body.refusal("endpoint", "stands in place of uri: give one of the two")
        case (nil, nil):
            throw body.refusal(
                "uri",
                "is missing: the websocket's address, such as ws://127.0.0.1:4000/socket/websocket, or in place of it "
                    + "'endpoint', a name that the gateway's operator has given to one")
        }
    }

    private func params(_ body: BodyReader) throws(Problem) -> JSONText {
        try body.object("params")?.text ?? .emptyObject
    }

    private func authToken(_ body: BodyReader) throws(Problem) -> AuthToken? {
        try body.string("auth_token").map { AuthToken($0) }
    }

    private func idleTimeout(_ body: BodyReader) throws(Problem) -> Duration? {
        try body.duration("idle_timeout", in: Self.idleTimeouts)
    }

    private func headers(_ body: BodyReader) throws(Problem) -> [(name: String, value: String)] {
        var headers: [(name: String, value: String)] = []
        for header in try body.object("headers")?.members() ?? [] {
            guard let value = header.value.string else { throw body.refusal("headers", "must hold strings only") }
            headers.append((header.name, value))
        }
        return headers
    }

    private func isShared(_ body: BodyReader) throws(Problem) -> Bool {
        switch try body.string("socket") {
        case nil, "own": return false
        case "shared": return true
        case .some: throw body.refusal("socket", "must be \"own\" or \"shared\"")
        }
    }

    /// How the connection is kept.
    func connection(_ body: BodyReader) throws(Problem) -> ConnectionConfiguration {
        var connection = configuration.connection
        if let interval = try body.duration("heartbeat_interval", in: Self.heartbeatIntervals) {
            connection.heartbeatInterval = interval
        }
        guard let value = body.value("reconnect") else { return connection }
        if let isEnabled = value.bool {
            if !isEnabled { connection.reconnect = nil }
            return connection
        }
        guard value.kind == .object else { throw body.refusal("reconnect", "must be true, false, or an object") }
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
            try TopicName.check(name, .pointer("\(place)/topic"))
            guard !topics.contains(where: { $0.name == name }) else { throw entry.refusal("topic", "is listed twice") }
            topics.append(
                SessionSpec.Topic(name: name, params: try entry.object("params")?.text ?? .emptyObject))
        }
        guard topics.count <= configuration.maxTopics else {
            throw body.refusal("topics", "may list \(configuration.maxTopics) topics")
        }
        return topics
    }
}
