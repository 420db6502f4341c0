import HTTPCore
import HTTPTypes
import PhoenixChannels

/// `/call` and `/listen`: connect, join, push and await in one request, over a pooled client.
///
/// A class, as each route's handler and each call's closure would copy all of a value.
final class CallRoutes: Sendable {
    private let configuration: GatewayConfiguration
    private let input: CallInput
    private let pool: ClientPool
    private let transport: any Transport
    private let sockets: SharedSockets
    private let time: any TimeSource
    private let keys: IdempotencyKeys
    private let makeSession: Call.MakeSession

    /// What is made for a call is no session of a user's, and counts with the pool's clients and against its principal's
    /// quota; its log counts with all.
    init(
        configuration: GatewayConfiguration, input: CallInput, pool: ClientPool, transport: any Transport,
        sockets: SharedSockets, deadlines: Deadlines, memory: LogMemory, keys: IdempotencyKeys,
        upstreamLog: UpstreamLog?
    ) {
        self.configuration = configuration
        self.input = input
        self.pool = pool
        self.transport = transport
        self.sockets = sockets
        time = deadlines.time
        self.keys = keys
        let (node, basePath) = (configuration.node, configuration.basePath)
        makeSession = { spec throws(Problem) in
            try memory.requireRoom()
            return Session(
                id: .random(node: node), basePath: basePath, spec: spec, memory: memory, deadlines: deadlines,
                upstreamLog: upstreamLog, isOfCall: true, onEnd: { _, _ in })
        }
    }

    func add(to router: inout Router) {
        router.on(.post, "/call") { [self] request, _ throws(Problem) in
            let query = try QueryReader(request, ["wait", "reply_errors"])
            let wait = try wait(request, query)
            let body = try BodyReader(request, CallInput.members)
            let form = ReplyForm.call(
                errorsAre200: try PushInput.errorsAre200(query), takesBinary: BinaryAcceptance.of(request))
            let principal = request.principal
            let asked = try input.call(body, form, for: principal)
            guard request.headers.value(of: .idempotencyKey) != nil else {
                return call(asked, of: principal, wait).start()
            }
            let keyed = KeyedCall { [self] wait in call(asked, of: principal, wait, isKeyed: true) }
            return try keys.answer(request, wait, keyed)
        }
        router.on(.post, "/listen") { [self] request, _ throws(Problem) in
            let query = try QueryReader(request, ["wait", "limit"])
            let form = try listenForm(request, query)
            let body = try BodyReader(request, CallInput.members)
            let listen = try input.listen(body, form, for: request.principal)
            return call(listen, of: request.principal, try waitToRead(request, query)).start()
        }
        router.on(.get, "/listen") { [self] request, _ throws(Problem) in
            let query = try QueryReader(
                request, ["wait", "limit", "uri", "endpoint", "topic", "match"], repeatable: ["event"])
            let form = try listenForm(request, query)
            let listen = try input.listen(query, form, for: request.principal)
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
        guard wait.hasRoom else { throw wait.refusal.ofCall(.connect) }
        return wait
    }

    /// A listener keeps its connection as a read does, and leaves the same reserve.
    private func waitToRead(_ request: Request, _ query: QueryReader) throws(Problem) -> Wait {
        let wait = try wait(request, query)
        guard wait.hasRoomToRead else { throw wait.refusal.ofCall(.connect) }
        return wait
    }

    private func call(
        _ request: Call.Request, of principal: Principal, _ wait: Wait, isKeyed: Bool = false
    ) -> Call {
        Call(
            request, of: principal, wait, within: wait.duration ?? configuration.defaultWait, isKeyed: isKeyed,
            pool: pool, transport: transport, sockets: sockets, time: time, makeSession: makeSession)
    }
}
