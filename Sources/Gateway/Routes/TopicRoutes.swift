import HTTPCore
import HTTPTypes
import PhoenixChannels

/// `/sessions/{id}/topics` and one of them.
struct TopicRoutes: Sendable {
    let configuration: GatewayConfiguration
    let sessions: SessionRegistry
    let keys: IdempotencyKeys

    func add(to router: inout Router) {
        router.on(.get, "/sessions/{id}/topics") { request, path throws(Problem) in
            _ = try QueryReader(request)
            return .now(try sessions.find(path["id"], of: request.principal).describeTopics())
        }
        router.on(.get, "/sessions/{id}/topics/{topic}") { request, path throws(Problem) in
            let session = try sessions.find(path["id"], of: request.principal)
            let input = try UntilInput(request, configuration)
            guard let condition = try input.topic(path["topic"]) else {
                return .now(try session.describeTopic(path["topic"]))
            }
            return try session.await(condition, input.wait)
        }
        router.on(.put, "/sessions/{id}/topics/{topic}") { request, path throws(Problem) in
            let session = try sessions.find(path["id"], of: request.principal)
            let query = try QueryReader(request, ["wait", "rejoin"])
            let body = try BodyReader(request, ["params"])
            return try join(request, session, try TopicInput.inPath(path["topic"]), query, body)
        }
        router.on(.post, "/sessions/{id}/join") { request, path throws(Problem) in
            let session = try sessions.find(path["id"], of: request.principal)
            let query = try QueryReader(request, ["wait", "rejoin", "topic"])
            let body = try BodyReader(request, ["topic", "params"])
            return try join(request, session, try TopicInput.named(query, body), query, body)
        }
        router.on(.delete, "/sessions/{id}/topics/{topic}") { request, path throws(Problem) in
            let session = try sessions.find(path["id"], of: request.principal)
            let query = try QueryReader(request, ["wait"])
            _ = try BodyReader(request, [])
            return try session.leave(path["topic"], try wait(request, query))
        }
        router.on(.post, "/sessions/{id}/leave") { request, path throws(Problem) in
            let session = try sessions.find(path["id"], of: request.principal)
            let query = try QueryReader(request, ["wait", "topic"])
            let topic = try TopicInput.named(query, try BodyReader(request, ["topic"]))
            return try session.leave(topic, try wait(request, query))
        }
    }

    private func join(
        _ request: Request, _ session: Session, _ topic: String, _ query: QueryReader, _ body: BodyReader
    ) throws(Problem) -> Answer {
        let params = try body.object("params")?.text ?? .emptyObject
        let join = TopicJoin(session, topic, params, rejoin: try query.flag("rejoin"))
        return try keys.answer(request, try wait(request, query), join)
    }

    private func wait(_ request: Request, _ query: QueryReader) throws(Problem) -> Wait {
        try Wait(request, query, standard: configuration.defaultWait, longest: configuration.maxWait)
    }
}
