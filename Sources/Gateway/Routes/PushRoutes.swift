import HTTPCore
import HTTPTypes
import PhoenixChannels

/// `…/push` and `…/replies/{ref}`.
struct PushRoutes: Sendable {
    let configuration: GatewayConfiguration
    let sessions: SessionRegistry
    let keys: IdempotencyKeys

    private static let names = ["wait", "event", "reply_errors", "join"]

    func add(to router: inout Router) {
        router.on(.post, "/sessions/{id}/topics/{topic}/push") { request, path throws(Problem) in
            let session = try sessions.find(path["id"], of: request.principal)
            let query = try QueryReader(request, Self.names)
            return try push(request, session, query) { _ throws(Problem) in try TopicInput.inPath(path["topic"]) }
        }
        router.on(.post, "/sessions/{id}/push") { request, path throws(Problem) in
            let session = try sessions.find(path["id"], of: request.principal)
            let query = try QueryReader(request, Self.names + ["topic"])
            return try push(request, session, query, alsoTaking: ["topic"]) { body throws(Problem) in
                try TopicInput.named(query, body)
            }
        }
        router.on(.get, "/sessions/{id}/replies/{ref}") { request, path throws(Problem) in
            let session = try sessions.find(path["id"], of: request.principal)
            let query = try QueryReader(request, ["wait"])
            return try session.reply(
                named: path["ref"], .resource(takesBinary: BinaryAcceptance.of(request)),
                try Wait(request, query, standard: nil, longest: configuration.maxWait))
        }
    }

    /// Pushes the body's `event` and `payload`; with `?event` the whole body is the payload.
    private func push(
        _ request: Request, _ session: Session, _ query: QueryReader, alsoTaking names: [String] = [],
        topic: (BodyReader?) throws(Problem) -> String
    ) throws(Problem) -> Answer {
        let form = ReplyForm.push(
            errorsAre200: try PushInput.errorsAre200(query), takesBinary: BinaryAcceptance.of(request))
        let joining = try joining(request, query)
        let wait = try Wait(
            request, query, standard: joining == nil ? nil : configuration.defaultWait, longest: configuration.maxWait)
        let push: OutgoingPush
        if let event = query["event"] {
            let payload = try PushInput.wholePayload(request)
            try TopicName.checkEvent(event, .parameter("event"))
            push = OutgoingPush(try topic(nil), event, payload, form, joining: joining)
        } else {
            if MediaType.of(request).isBinary {
                throw .invalidRequest(
                    "The body is the payload itself, as it is no JSON: name the event as ?event=.", .parameter("event"))
            }
            let body = try BodyReader(request, names + ["event", "payload"])
            guard let event = try body.string("event") else {
                throw body.refusal(
                    "event", "is missing: the event's name, here or as ?event= with the payload as the body")
            }
            try TopicName.checkEvent(event, .pointer("/event"))
            push = OutgoingPush(try topic(body), event, try PushInput.payload(body), form, joining: joining)
        }
        return try keys.answer(request, wait, ChannelPush(session: session, push: push))
    }

    /// What `?join` asks for: without a wait, which covers both, the join is waited for as joins are.
    private func joining(_ request: Request, _ query: QueryReader) throws(Problem) -> OutgoingPush.Joining? {
        guard try query.flag("join") else { return nil }
        let wait = try Wait(request, query, standard: nil, longest: configuration.maxWait)
        return wait.duration == nil ? .thenAnswer : .thenAwaitReply
    }
}
