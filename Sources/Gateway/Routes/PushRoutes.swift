import HTTPCore
import HTTPTypes
import PhoenixChannels

/// `…/push` and `…/replies/{ref}`.
struct PushRoutes: Sendable {
    let configuration: GatewayConfiguration
    let sessions: SessionRegistry

    func add(to router: inout Router) {
        router.on(.post, "/sessions/{id}/topics/{topic}/push") { request, path throws(Problem) in
            let session = try sessions.find(path["id"])
            let query = try QueryReader(request, ["wait", "event", "reply_errors"])
            let wait = try Wait(request, query, standard: nil, longest: configuration.maxWait)
            let errorsAre200 = try PushInput.errorsAre200(query)
            let (event, payload) = try Self.push(request, query)
            try TopicName.check(path["topic"])
            try TopicName.checkEvent(event)
            return try session.push(path["topic"], event, payload, errorsAre200: errorsAre200, wait)
        }
        router.on(.get, "/sessions/{id}/replies/{ref}") { request, path throws(Problem) in
            let session = try sessions.find(path["id"])
            let query = try QueryReader(request, ["wait"])
            return try session.reply(
                named: path["ref"], try Wait(request, query, standard: nil, longest: configuration.maxWait))
        }
    }

    /// What to push: the body's `event` and `payload`, or `?event` and the whole body.
    private static func push(
        _ request: Request, _ query: QueryReader
    ) throws(Problem) -> (event: String, payload: Payload) {
        if let event = query["event"] {
            guard !MediaType.of(request).isBinary else { return (event, .binary(request.body)) }
            return (event, .json(try BodyReader.json(request, depth: 0)))
        }
        let body = try BodyReader(request, ["event", "payload"])
        guard let event = try body.string("event") else {
            throw body.refusal("event", "is missing: the event's name, here or as ?event= with the payload as the body")
        }
        return (event, try PushInput.payload(body))
    }
}
