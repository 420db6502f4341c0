import HTTPCore
import HTTPTypes
import PhoenixChannels

/// `POST /call`: connect, join, push and await in one request, over a pooled client.
struct CallRoutes: Sendable {
    let configuration: GatewayConfiguration
    let specs: SessionSpecReader
    let pool: ClientPool
    let transport: any Transport
    let sockets: SharedSockets
    let deadlines: Deadlines
    let memory: LogMemory

    private static let members = SessionSpecReader.endpointMembers + ["topic", "join", "event", "payload", "await"]
    private static let patternMembers = ["topic", "event", "payload", "kind"]
    /// A pooled client's session is ended by the pool alone, long before this.
    private static let idleTimeout = Duration.seconds(86_400)

    func add(to router: inout Router) {
        router.on(.post, "/call") { request, _ throws(Problem) in try call(request) }
    }

    private func call(_ request: Request) throws(Problem) -> Answer {
        let query = try QueryReader(request, ["wait", "reply_errors"])
        let wait = try Wait(request, query, standard: configuration.defaultWait, longest: configuration.maxWait)
        let errorsAre200 = try PushInput.errorsAre200(query)
        let body = try BodyReader(request, Self.members, depth: 3)
        let call = try self.request(body, errorsAre200)
        guard let duration = wait.duration else {
            throw .invalidRequest("A call waits for what it calls: 'wait' must be more than 0.")
        }
        guard wait.hasRoom else { throw .tooManyWait }
        return Call(
            call, pool: pool, transport: transport, sockets: sockets, time: deadlines.time, wait, within: duration
        ) { spec in
            Session(
                id: .random(node: configuration.node), spec: spec, memory: memory, deadlines: deadlines,
                onEnd: { _, _ in })
        }
        .start()
    }

    private func request(_ body: BodyReader, _ errorsAre200: Bool) throws(Problem) -> Call.Request {
        guard let topic = try body.string("topic") else { throw body.refusal("topic", "is missing") }
        try TopicName.check(topic)
        let parts = try specs.parts(body)
        let endpoint = try specs.endpoint(parts)
        let join = try body.object("join")?.text ?? .emptyObject
        var connection = configuration.connection
        // A client that fails while it is idle is replaced, and one in use fails its call.
        connection.reconnect = nil
        let spec = SessionSpec(
            endpoint: endpoint, parts: parts, topics: [SessionSpec.Topic(name: topic, params: join)],
            connection: connection, idleTimeout: Self.idleTimeout, log: configuration.log, isShared: false)
        let key = PoolKey(connection: parts.key, topic: topic, joinParams: join)
        return Call.Request(spec: spec, key: key, action: try action(body, topic, errorsAre200))
    }

    private func action(
        _ body: BodyReader, _ topic: String, _ errorsAre200: Bool
    ) throws(Problem) -> Call.Request.Action {
        var push: Call.Request.Push?
        if let event = try body.string("event") {
            try TopicName.checkEvent(event)
            push = Call.Request.Push(event: event, payload: try PushInput.payload(body))
        } else if body.present("payload") != nil {
            throw body.refusal("event", "is missing: the name of the event that the payload belongs to")
        }
        guard let awaited = body.value("await"), awaited.string != "reply" else {
            guard let push else {
                throw body.refusal("event", "is missing: a call pushes an event, or awaits a pattern, or both")
            }
            return .pushAndAwaitReply(push, errorsAre200: errorsAre200)
        }
        guard awaited.kind == .object else { throw body.refusal("await", "must be \"reply\" or a pattern") }
        let pattern = try BodyReader(awaited, Self.patternMembers, at: "/await")
        var filter = try ReadInput.filter(pattern, at: "/await")
        if filter.topics.isEmpty { filter.topics = [Glob(exactly: topic)] }
        return .awaitMessage(filter, after: push)
    }
}
