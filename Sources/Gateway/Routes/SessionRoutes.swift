import HTTPCore
import HTTPTypes
import PhoenixChannels

/// `/sessions`, and `/sessions/{id}`, where a name works as an id does.
struct SessionRoutes: Sendable {
    let configuration: GatewayConfiguration
    let specs: SessionSpecReader
    let sessions: SessionRegistry
    let pool: ClientPool
    let transport: any Transport
    let sockets: SharedSockets
    let deadlines: Deadlines
    let keys: IdempotencyKeys
    let upstreamLog: UpstreamLog?

    func add(to router: inout Router) {
        router.on(.post, "/sessions") { request, _ throws(Problem) in try create(request) }
        router.on(.get, "/sessions") { request, _ throws(Problem) in
            .now(try SessionList(sessions: sessions).response(to: request))
        }
        router.on(.put, "/sessions/{id}") { request, path throws(Problem) in
            try getOrCreate(request, name: path["id"])
        }
        router.on(.get, "/sessions/{id}") { request, path throws(Problem) in
            let session = try sessions.find(path["id"], of: request.principal)
            let input = try UntilInput(request, configuration)
            guard let condition = try input.session() else { return .now(try session.describe()) }
            return try session.await(condition, input.wait)
        }
        router.on(.patch, "/sessions/{id}") { request, path throws(Problem) in
            let session = try sessions.find(path["id"], of: request.principal)
            _ = try QueryReader(request)
            let body = try BodyReader(request, SessionSpecReader.patchMembers, depth: 2)
            try request.principal.require(session.spec.parts.destination)
            return .now(try session.patch(try specs.patch(body)))
        }
        router.on(.post, "/sessions/{id}/connect") { request, path throws(Problem) in
            let session = try sessions.find(path["id"], of: request.principal)
            _ = try BodyReader(request, [])
            try request.principal.require(session.spec.parts.destination)
            return try session.connect(try wait(request))
        }
        router.on(.post, "/sessions/{id}/disconnect") { request, path throws(Problem) in
            let session = try sessions.find(path["id"], of: request.principal)
            _ = try BodyReader(request, [])
            return try session.disconnect(try wait(request))
        }
        router.on(.delete, "/sessions/{id}") { request, path throws(Problem) in
            _ = try QueryReader(request)
            _ = try BodyReader(request, [])
            try sessions.delete(path["id"], of: request.principal)
            return .now(.noContent)
        }
    }

    private func create(_ request: Request) throws(Problem) -> Answer {
        let wait = try wait(request)
        let spec = try spec(request)
        return try keys.answer(
            request, wait,
            SessionCreation { wait, ticket throws(Problem) in
                try self.make(spec, wait, ticket, of: request.principal)
            })
    }

    private func make(
        _ spec: SessionSpec, _ wait: Wait, _ ticket: Ticket<Session>, of principal: Principal
    ) throws(Problem) -> Answer {
        if sessions.isDraining { throw .draining }
        guard wait.hasRoom else { throw wait.refusal }
        let session = session(spec, name: nil)
        try admit(principal) { () throws(Problem) in try sessions.insert(session, of: principal) }
        ticket.set(session)
        return session.start(over: transport, sharing: sockets, wait)
    }

    /// Requests of one name make one session: the first of them starts it, and the others attach.
    private func getOrCreate(_ request: Request, name: String) throws(Problem) -> Answer {
        try SessionName.check(name)
        let wait = try wait(request)
        let spec = try spec(request)
        while true {
            if sessions.isDraining { throw .draining }
            guard wait.hasRoom else { throw wait.refusal }
            let made = session(spec, name: name)
            let found = try admit(request.principal) { () throws(Problem) in
                try sessions.claim(made, name, of: request.principal)
            }
            if found === made { return made.start(over: transport, sharing: sockets, wait) }
            if let answer = try found.attach(spec, wait) { return answer }
            // It is about to be taken out; the name is free.
            sessions.release(found)
        }
    }

    /// Takes a session in; past its principal's quota a client of its calls makes room that no call uses.
    private func admit<R>(_ principal: Principal, _ take: () throws(Problem) -> R) throws(Problem) -> R {
        do throws(Problem) {
            return try take()
        } catch {
            guard error.code == "too-many-requests", pool.giveUpIdle(of: principal) else { throw error }
            return try take()
        }
    }

    private func session(_ spec: SessionSpec, name: String?) -> Session {
        Session(
            id: .random(node: configuration.node), name: name, basePath: configuration.basePath, spec: spec,
            memory: sessions.memory, deadlines: deadlines, upstreamLog: upstreamLog,
            onEnd: { [sessions] id, reason in sessions.remove(id, reason) })
    }

    private func spec(_ request: Request) throws(Problem) -> SessionSpec {
        let body = try BodyReader(request, SessionSpecReader.members, depth: 3)
        var spec = try specs.spec(body, for: request.principal)
        spec.trace = TraceContext(request.headers)
        return spec
    }

    private func wait(_ request: Request) throws(Problem) -> Wait {
        try Wait(
            request, try QueryReader(request, ["wait"]), standard: configuration.defaultWait,
            longest: configuration.maxWait)
    }
}
