package import HTTPCore
package import HTTPTypes
package import Logging
package import PhoenixChannels

/// The gateway without its server: requests in, answers or promises of them out.
///
/// It holds no socket of its own but those of its sessions; a test runs it whole with a transport and a clock of its
/// own.
package final class Gateway: Responder {
    package let router: Router
    private let adminRouter: Router
    package let metrics: MetricsRegistry
    private let requests: RequestMeter
    private let sessions: SessionRegistry
    private let pool: ClientPool
    private let deadlines: Deadlines
    private let gatekeeper: Gatekeeper
    private let basePath: BasePath
    private let liveness: Liveness

    /// Without an authenticator, which says whom tokens are from, there is no access control; without a logger nothing is
    /// told of upstreams.
    package init(
        configuration: GatewayConfiguration = GatewayConfiguration(), transport: any Transport,
        authenticator: (any Authenticator)? = nil, time: any TimeSource = SystemTime(),
        metrics: MetricsRegistry = MetricsRegistry(), upstreamLogger: Logger? = nil
    ) {
        basePath = configuration.basePath
        gatekeeper = Gatekeeper(authenticator, configuration, time: time)
        let places = PrincipalPlaces(
            standard: configuration.maxSessionsPerPrincipal, of: configuration.maxSessions)
        sessions = SessionRegistry(
            node: configuration.node, basePath: basePath, maxSessions: configuration.maxSessions, places: places,
            memory: LogMemory(limit: configuration.maxLogBytes, meter: SessionMeter(time: time)), time: time)
        self.metrics = metrics
        deadlines = Deadlines(time: time)
        liveness = Liveness(transport: transport, time: time)
        let keys = IdempotencyKeys(deadlines)
        let upstreamLog = upstreamLogger.map { [deadlines] in UpstreamLog($0, deadlines) }
        let sockets = SharedSockets(transport: transport, log: upstreamLog)
        let specs = SessionSpecReader(configuration: configuration)
        pool = ClientPool(configuration.pool, maxInAll: configuration.maxSessions, places, deadlines)
        var router = Router(advice: "\(basePath.listing) lists those there are.")
        SessionRoutes(
            configuration: configuration, specs: specs, sessions: sessions, pool: pool, transport: transport,
            sockets: sockets, deadlines: deadlines, keys: keys, upstreamLog: upstreamLog
        )
        .add(to: &router)
        CallRoutes(
            configuration: configuration, input: CallInput(specs: specs), pool: pool,
            transport: transport, sockets: sockets, deadlines: deadlines, memory: sessions.memory, keys: keys,
            upstreamLog: upstreamLog
        )
        .add(to: &router)
        TopicRoutes(configuration: configuration, sessions: sessions, keys: keys).add(to: &router)
        PushRoutes(configuration: configuration, sessions: sessions, keys: keys).add(to: &router)
        PresenceRoutes(configuration: configuration, sessions: sessions).add(to: &router)
        ReadRoutes(configuration: configuration, sessions: sessions).add(to: &router)
        let service = ServiceRoutes(sessions: sessions, liveness: liveness, basePath: basePath, metrics: metrics)
        service.add(to: &router, withMetrics: configuration.servesMetrics)
        self.router = router
        var adminRouter = Router(advice: ServiceRoutes.adminAdvice)
        service.addAdmin(to: &adminRouter)
        self.adminRouter = adminRouter
        requests = RequestMeter(templates: router.templates)
        metrics.add { [requests, sessions, process = ProcessFigures.ofThisProcess] in
            sessions.families(limit: configuration.maxSessions) + requests.families + process.families
        }
    }

    /// Health and metrics alone, for a listener of their own: for any host, as whoever reaches it may see them.
    ///
    /// `occupancy` says what a request to the gateway's own listener would find.
    package func adminResponder(occupancy: @escaping @Sendable () -> Occupancy) -> any Responder {
        AdminResponder(router: adminRouter, occupancy: occupancy)
    }

    /// What the server tells of each request once it is over.
    package func observer(log: AccessLog? = nil) -> any RequestObserver {
        GatewayObserver(meter: requests, log: log, sessions: sessions)
    }

    package func admit(
        _ request: Request, hasBody: Bool, later: @escaping @Sendable (Admission) -> Void
    ) -> Admission? {
        do throws(Problem) {
            return gatekeeper.admit(try basePath.inside(request), hasBody: hasBody, later: later)
        } catch {
            return .answered(error.response(requestID: request.id))
        }
    }

    package func amend(_ response: Response, to requestHeaders: HTTPFields) -> Response {
        gatekeeper.amend(response, to: requestHeaders)
    }

    package func respond(to request: Request) -> Answer {
        let serve = { @Sendable [router] (request: Request) in router.respond(to: request) }
        // One that was let in has its path from within.
        guard request.limits == nil else { return gatekeeper.answer(request, serve) }
        do throws(Problem) {
            return gatekeeper.answer(try basePath.inside(request), serve)
        } catch {
            return .now(error.response(requestID: request.id))
        }
    }

    /// Says how many requests the server lets wait at once, of which each principal has a share.
    package func shareWaits(of all: Int) { gatekeeper.waiting.share(all) }

    /// Says at `/readyz` that this gateway will stop, and goes on serving: who routes by that sends no more here.
    package func announceEnd() { sessions.announceEnd() }

    /// Takes no more sessions, answers all who wait, and closes every upstream socket with code 1000.
    ///
    /// - Parameter time: Sessions end one after another, and the last once this has passed.
    package func drain(over time: Duration = .zero) {
        pool.drain()
        sessions.drain(over: time, deadlines)
    }

    /// Whether its event loops and its waiting thread turn: what `/livez` tells, and asked of them like that.
    package var isTurning: Bool { (try? liveness.check()) != nil }

    /// How many sessions there are.
    package var sessionCount: Int { sessions.count }

    /// Bytes that all sessions' logs hold.
    package var logBytes: Int { sessions.memory.bytes }
}
