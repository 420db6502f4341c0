import HTTPCore
import HTTPTypes

/// `…/presence`: who is in a topic.
struct PresenceRoutes: Sendable {
    let configuration: GatewayConfiguration
    let sessions: SessionRegistry

    func add(to router: inout Router) {
        router.on(.get, "/sessions/{id}/topics/{topic}/presence") { request, path throws(Problem) in
            let session = try sessions.find(path["id"], of: request.principal)
            let query = try QueryReader(request, ["wait"])
            return try presence(request, session, path["topic"], query)
        }
        router.on(.get, "/sessions/{id}/presence") { request, path throws(Problem) in
            let session = try sessions.find(path["id"], of: request.principal)
            let query = try QueryReader(request, ["wait", "topic"])
            return try presence(request, session, try TopicInput.named(query), query)
        }
    }

    private func presence(
        _ request: Request, _ session: Session, _ topic: String, _ query: QueryReader
    ) throws(Problem) -> Answer {
        let wait = try Wait(request, query, standard: nil, longest: configuration.maxWait)
        return try session.presence(of: topic, unless: EntityTags(request.headers[values: .ifNoneMatch]), wait)
    }
}
