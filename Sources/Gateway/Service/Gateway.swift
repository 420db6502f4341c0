package import HTTPCore
package import PhoenixChannels

/// The gateway without its server: requests in, answers or promises of them out.
///
/// It holds no socket of its own but those of its sessions; a test runs it whole with a transport and a clock of its
/// own.
package final class Gateway: Responder {
    package let router: Router
    private let sessions: SessionRegistry
    private let pool: ClientPool
    private let deadlines: Deadlines
    private let gatekeeper: Gatekeeper

    /// Without an authenticator, which says whom tokens are from, there is no access control.
    package init(
        configuration: GatewayConfiguration = GatewayConfiguration(), transport: any Transport,
        authenticator: (any Authenticator)? = nil, time: any TimeSource = SystemTime()
    ) {
        gatekeeper = Gatekeeper(authenticator, configuration, time: time)
        sessions = SessionRegistry(
            maxSessions: configuration.maxSessions, maxPerPrincipal: configuration.maxSessionsPerPrincipal,
            memory: LogMemory(limit: configuration.maxLogBytes), time: time)
        deadlines = Deadlines(time: time)
        let keys = IdempotencyKeys(deadlines)
        let sockets = SharedSockets(transport: transport)
        let specs = SessionSpecReader(configuration: configuration)
        pool = ClientPool(configuration.pool, deadlines)
        var router = Router()
        SessionRoutes(
            configuration: configuration, specs: specs, sessions: sessions, transport: transport, sockets: sockets,
            deadlines: deadlines, keys: keys
        )
        .add(to: &router)
        CallRoutes(
            configuration: configuration, input: CallInput(configuration: configuration, specs: specs), pool: pool,
            transport: transport, sockets: sockets, deadlines: deadlines, memory: sessions.memory, keys: keys
        )
        .add(to: &router)
        TopicRoutes(configuration: configuration, sessions: sessions, keys: keys).add(to: &router)
        PushRoutes(configuration: configuration, sessions: sessions, keys: keys).add(to: &router)
        PresenceRoutes(configuration: configuration, sessions: sessions).add(to: &router)
        ReadRoutes(configuration: configuration, sessions: sessions).add(to: &router)
        ServiceRoutes(sessions: sessions, liveness: Liveness(transport: transport, time: time)).add(to: &router)
        self.router = router
    }

    package func respond(to request: Request) -> Answer {
        gatekeeper.answer(request) { [router] in router.respond(to: $0) }
    }

    /// Says at `/readyz` that this gateway will stop, and goes on serving: who routes by that sends no more here.
    package func announceEnd() { sessions.announceEnd() }

    /// Takes no more sessions, answers all who wait, and closes every upstream socket with code 1000.
    ///
    /// - Parameter time: Sessions end one after another, and the last once this has passed.
    package func drain(over time: Duration = .zero) {
        pool.drain()
        sessions.drain(over: time, deadlines)
    }

    /// How many sessions there are.
    package var sessionCount: Int { sessions.count }

    /// Bytes that all sessions' logs hold.
    package var logBytes: Int { sessions.memory.bytes }
}
