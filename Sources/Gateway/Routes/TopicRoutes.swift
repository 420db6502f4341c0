import HTTPCore
import HTTPTypes
import PhoenixChannels

/// `/sessions/{id}/topics` and one of them.
struct TopicRoutes: Sendable {
    let configuration: GatewayConfiguration
    let sessions: SessionRegistry

    func add(to router: inout Router) {
        router.on(.get, "/sessions/{id}/topics") { request, path throws(Problem) in
            _ = try QueryReader(request)
            return .now(try sessions.find(path["id"]).describeTopics())
        }
        router.on(.get, "/sessions/{id}/topics/{topic}") { request, path throws(Problem) in
            let session = try sessions.find(path["id"])
            let input = try UntilInput(request, configuration)
            guard let condition = try input.topic(path["topic"]) else {
                return .now(try session.describeTopic(path["topic"]))
            }
            return try session.await(condition, input.wait)
        }
        router.on(.put, "/sessions/{id}/topics/{topic}") { request, path throws(Problem) in
            let session = try sessions.find(path["id"])
            let query = try QueryReader(request, ["wait", "rejoin"])
            let body = try BodyReader(request, ["params"])
            try TopicName.check(path["topic"])
            return try session.join(
                path["topic"], params: try body.object("params")?.text ?? .emptyObject,
                rejoin: try query.flag("rejoin"), try wait(request, query))
        }
        router.on(.delete, "/sessions/{id}/topics/{topic}") { request, path throws(Problem) in
            let session = try sessions.find(path["id"])
            let query = try QueryReader(request, ["wait"])
            return try session.leave(path["topic"], try wait(request, query))
        }
    }

    private func wait(_ request: Request, _ query: QueryReader) throws(Problem) -> Wait {
        try Wait(request, query, standard: configuration.defaultWait, longest: configuration.maxWait)
    }
}
