import HTTPCore
import HTTPTypes
import PhoenixChannels

/// `/call` and `/listen`: connect, join, push and await in one request, over a pooled client.
struct CallRoutes: Sendable {
    let configuration: GatewayConfiguration
    let input: CallInput
    let pool: ClientPool
    let transport: any Transport
    let sockets: SharedSockets
    let deadlines: Deadlines
    let memory: LogMemory
    let keys: IdempotencyKeys

    func add(to router: inout Router) {
        router.on(.post, "/call") { request, _ throws(Problem) in
            let query = try QueryReader(request, ["wait", "reply_errors"])
            let wait = try wait(request, query)
            let body = try BodyReader(request, CallInput.members)
            let form = ReplyForm.call(
                errorsAre200: try PushInput.errorsAre200(query), takesBinary: BinaryAcceptance.of(request))
            let call = try input.of(request.principal).call(body, form)
            let isKeyed = request.headers[.idempotencyKey] != nil
            return try keys.answer(
                request, wait,
                KeyedCall { wait in self.call(call, of: request.principal, wait, isKeyed: isKeyed) })
        }
        router.on(.post, "/listen") { request, _ throws(Problem) in
            let query = try QueryReader(request, ["wait", "limit"])
            let form = try listenForm(request, query)
            let body = try BodyReader(request, CallInput.members)
            let listen = try input.of(request.principal).listen(body, form)
            return call(listen, of: request.principal, try waitToRead(request, query)).start()
        }
        router.on(.get, "/listen") { request, _ throws(Problem) in
            let query = try QueryReader(
                request, ["wait", "limit", "uri", "endpoint", "topic", "match"], repeatable: ["event"])
            let form = try listenForm(request, query)
            let listen = try input.of(request.principal).listen(query, form)
            return call(listen, of: request.principal, try waitToRead(request, query)).start()
        }
    }

    /// How a listener is answered; none of them takes a key, be there a push ahead or not.
    private func listenForm(_ request: Request, _ query: QueryReader) throws(Problem) -> ListenForm {
        guard request.headers[.idempotencyKey] == nil else { throw .keyNotTaken }
        return try ListenForm(request, query, configuration.streams)
    }

    private func wait(_ request: Request, _ query: QueryReader) throws(Problem) -> Wait {
        let wait = try Wait(request, query, standard: configuration.defaultWait, longest: configuration.maxWait)
        guard wait.duration != nil else {
            throw .invalidRequest(
                "This request waits for the upstream: 'wait' must be more than 0.", .parameter("wait"))
        }
        guard wait.hasRoom else { throw .tooManyWait.ofCall(.connect) }
        return wait
    }

    /// A listener keeps its connection as a read does, and leaves the same reserve.
    private func waitToRead(_ request: Request, _ query: QueryReader) throws(Problem) -> Wait {
        let wait = try wait(request, query)
        guard wait.hasRoomToRead else { throw .tooManyWait.ofCall(.connect) }
        return wait
    }

    /// What is made for it is no session of a user's, and counts with the pool's clients and against its principal's
    /// quota; its log counts with all.
    private func call(
        _ request: Call.Request, of principal: Principal, _ wait: Wait, isKeyed: Bool = false
    ) -> Call {
        Call(
            request, of: principal, wait, within: wait.duration ?? configuration.defaultWait, isKeyed: isKeyed,
            pool: pool, transport: transport, sockets: sockets, time: deadlines.time
        ) { spec throws(Problem) in
            try memory.requireRoom()
            return Session(
                id: .random(node: configuration.node), basePath: configuration.basePath, spec: spec, memory: memory,
                deadlines: deadlines,
                onEnd: { _, _ in })
        }
    }
}
