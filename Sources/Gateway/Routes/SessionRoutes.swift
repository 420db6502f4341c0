import HTTPCore
import HTTPTypes
import PhoenixChannels

/// `/sessions` and `/sessions/{id}`.
struct SessionRoutes: Sendable {
    let configuration: GatewayConfiguration
    let specs: SessionSpecReader
    let sessions: SessionRegistry
    let transport: any Transport
    let sockets: SharedSockets
    let deadlines: Deadlines
    let keys: IdempotencyKeys

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
        let spec = try specs.spec(BodyReader(request, SessionSpecReader.members, depth: 3))
        return try keys.answer(
            request, wait,
            SessionCreation { wait, ticket throws(Problem) in try self.make(spec, wait, ticket) })
    }

    private func make(_ spec: SessionSpec, _ wait: Wait, _ ticket: Ticket<Session>) throws(Problem) -> Answer {
        if sessions.isDraining { throw .draining }
        guard wait.hasRoom else { throw .tooManyWait }
        let session = Session(
            id: .random(node: configuration.node), spec: spec, memory: sessions.memory, deadlines: deadlines,
            onEnd: { [sessions] id, reason in sessions.remove(id, reason) })
        try sessions.insert(session)
        ticket.set(session)
        return session.start(over: transport, sharing: sockets, wait)
    }
}
