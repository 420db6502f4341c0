import HTTPCore
import HTTPTypes

/// Lets in who may come in, and says to the routes who it is: the host, the web origin, the token, its scope, its rate.
struct Gatekeeper: Sendable {
    private let authenticator: (any Authenticator)?
    private let hosts: AccessGuard
    private let crossOrigin: CrossOrigin
    private let limiter: RateLimiter
    let waiting = WaitingShares()

    /// Without an authenticator there is no access control: all callers are one principal, and loopback's.
    init(_ authenticator: (any Authenticator)?, _ configuration: GatewayConfiguration, time: any TimeSource) {
        self.authenticator = authenticator
        let origins = Set(configuration.corsOrigins)
        hosts = AccessGuard(
            takesAnyHost: authenticator != nil, takesProxied: configuration.proxyDecidesAccess, origins: origins)
        crossOrigin = CrossOrigin(origins: origins)
        limiter = RateLimiter(standard: configuration.requestsPerSecond, time: time)
    }

    /// Answers by `serve`, which gets the request with its principal, or tells why not.
    func answer(_ request: Request, _ serve: @escaping @Sendable (Request) -> Answer) -> Answer {
        if let problem = hosts.refusal(of: request) { return .now(problem.response(requestID: request.id)) }
        if let response = crossOrigin.preflight(request) { return crossOrigin.amend(.now(response), to: request) }
        return crossOrigin.amend(admit(request, serve), to: request)
    }

    /// Why a request isn't let in, as far as that is known before its body: nobody who may not ask fills the memory.
    func refusal(ofHead request: Request) -> Problem? {
        if let problem = hosts.refusal(of: request) { return problem }
        guard let authenticator, case .scope = Permission(request), crossOrigin.preflight(request) == nil else {
            return nil
        }
        do throws(Problem) {
            guard let token = try BearerToken.of(request) else { return .noToken }
            // One that is to be verified is known when the body is there.
            switch authenticator.identify(token, later: { _ in }) {
            case .refused(let fault): return .invalidToken(fault)
            case .principal, .busy, nil: return nil
            }
        } catch {
            return error
        }
    }

    private func admit(_ request: Request, _ serve: @escaping @Sendable (Request) -> Answer) -> Answer {
        guard case .scope(let scope) = Permission(request) else { return serve(request) }
        guard let authenticator else { return admit(request, .everyone, scope, serve) }
        let token: String?
        do throws(Problem) {
            token = try BearerToken.of(request)
        } catch {
            return .now(error.response(requestID: request.id))
        }
        guard let token else { return .now(Problem.noToken.response(requestID: request.id)) }
        let promise = ResponsePromise(requestID: request.id)
        let identity = authenticator.identify(token) { identity in
            // Whoever has gone meanwhile has asked for nothing yet.
            guard promise.isPending else { return }
            promise.follow(admit(request, identity, scope, serve))
        }
        guard let identity else { return .later(promise) }
        return admit(request, identity, scope, serve)
    }

    private func admit(
        _ request: Request, _ identity: Identity, _ scope: Principal.Scope,
        _ serve: @escaping @Sendable (Request) -> Answer
    ) -> Answer {
        switch identity {
        case .principal(let principal): admit(request, principal, scope, serve).asked(by: principal)
        case .refused(let fault): .now(Problem.invalidToken(fault).response(requestID: request.id))
        case .busy: .now(Problem.tooManyTokens.response(requestID: request.id))
        }
    }

    private func admit(
        _ request: Request, _ principal: Principal, _ scope: Principal.Scope,
        _ serve: @escaping @Sendable (Request) -> Answer
    ) -> Answer {
        let verdict = limiter.take(principal)
        guard principal.scopes.contains(scope) else {
            return limited(.now(Problem.insufficientScope(scope).response(requestID: request.id)), verdict)
        }
        guard verdict?.isAllowed != false else {
            return limited(.now(Problem.rateLimited(verdict?.rate ?? 0).response(requestID: request.id)), verdict)
        }
        var request = request
        request.principal = principal
        request.occupancy = waiting.room(for: principal, in: request.occupancy)
        return limited(waiting.count(serve(request), to: principal), verdict)
    }

    /// The answer with what is left of the rate.
    private func limited(_ answer: Answer, _ verdict: RateLimiter.Verdict?) -> Answer {
        guard let verdict else { return answer }
        return answer.map { response in
            var response = response
            response.headers.append(contentsOf: verdict.headers)
            return response
        }
    }
}
