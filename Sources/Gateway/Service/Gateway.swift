package import HTTPCore
package import PhoenixChannels

/// The gateway without its server: requests in, answers or promises of them out.
///
/// It holds no socket of its own but those of its sessions; a test runs it whole with a transport and a clock of its
/// own.
package final class Gateway: Responder {
    package let router: Router
    private let sessions: SessionRegistry
    private let access = AccessGuard()

    package init(
        configuration: GatewayConfiguration = GatewayConfiguration(), transport: any Transport,
        time: any TimeSource = SystemTime()
    ) {
        sessions = SessionRegistry(maxSessions: configuration.maxSessions, time: time)
        var router = Router()
        SessionRoutes(
            configuration: configuration, specs: SessionSpecReader(configuration: configuration), sessions: sessions,
            transport: transport, deadlines: Deadlines(time: time)
        )
        .add(to: &router)
        TopicRoutes(configuration: configuration, sessions: sessions).add(to: &router)
        PushRoutes(configuration: configuration, sessions: sessions).add(to: &router)
        ReadRoutes(configuration: configuration, sessions: sessions).add(to: &router)
        ServiceRoutes(sessions: sessions).add(to: &router)
        self.router = router
    }

    package func respond(to request: Request) -> Answer {
        if let problem = access.refusal(of: request) { return .now(problem.response(requestID: request.id)) }
        return router.respond(to: request)
    }

    /// Takes no more sessions, answers all who wait, and closes every upstream socket with code 1000.
    package func drain() {
        sessions.drain()
    }

    /// How many sessions there are.
    package var sessionCount: Int { sessions.count }
}
