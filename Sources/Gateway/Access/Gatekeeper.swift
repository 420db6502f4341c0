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
        if request.limits != nil { return answer(.admitted(request), serve) }
        let promise = ResponsePromise(requestID: request.id)
        let known = admit(request, hasBody: !request.body.isEmpty) { admission in
            // Whoever has gone meanwhile has asked for nothing yet.
            guard promise.isPending else { return }
            promise.follow(answer(admission, serve))
        }
        return known.map { answer($0, serve) } ?? .later(promise)
    }

    private func answer(_ admission: Admission, _ serve: (Request) -> Answer) -> Answer {
        switch admission {
        case .answered(let response): return .now(response)
        case .admitted(var request):
            let principal = request.principal
            request.occupancy = waiting.room(for: principal, in: request.occupancy)
            let counted = waiting.count(serve(request), to: principal)
            let answer = principal.isEveryone ? counted : counted.asked(by: principal)
            guard let limits = request.limits, !limits.isEmpty else { return answer }
            return answer.map { response in
                var response = response
                response.headers.append(contentsOf: limits)
                return response
            }
        }
    }

    /// The answer as its page may read it, where that is of a listed origin.
    func amend(_ response: Response, to requestHeaders: HTTPFields) -> Response {
        crossOrigin.amend(response, to: requestHeaders)
    }

    /// Lets a request in, or answers it, by its head: nobody who may not ask fills the memory with a body.
    ///
    /// Nil while its token is looked at; then `later` is called.
    func admit(
        _ request: Request, hasBody: Bool, later: @escaping @Sendable (Admission) -> Void
    ) -> Admission? {
        if let problem = hosts.refusal(of: request) { return Self.refused(request, problem) }
        if let response = crossOrigin.preflight(request) { return .answered(response) }
        guard case .scope(let scope) = Permission(request) else {
            return hasBody ? Self.refused(request, Self.takesNoBody(request.method)) : Self.admitted(request)
        }
        guard let authenticator else { return admit(request, .everyone, scope) }
        do throws(Problem) {
            guard let token = try BearerToken.of(request) else { throw .noToken }
            let identity = authenticator.identify(token) { later(admit(request, $0, scope)) }
            return identity.map { admit(request, $0, scope) }
        } catch {
            return Self.refused(request, error)
        }
    }

    private func admit(_ request: Request, _ identity: Identity, _ scope: Principal.Scope) -> Admission {
        switch identity {
        case .principal(let principal): admit(request, principal, scope)
        case .refused(let fault): Self.refused(request, .invalidToken(fault))
        case .busy: Self.refused(request, .tooManyTokens)
        }
    }

    /// Each request counts, be it refused or its body never whole.
    private func admit(_ request: Request, _ principal: Principal, _ scope: Principal.Scope) -> Admission {
        let verdict = limiter.take(principal)
        let limits = verdict?.headers ?? [:]
        guard principal.scopes.contains(scope) else {
            return Self.refused(request, .insufficientScope(scope), limits, principal)
        }
        guard verdict?.isAllowed != false else {
            return Self.refused(request, .rateLimited(verdict?.rate ?? 0), limits, principal)
        }
        return Self.admitted(request, principal, limits)
    }

    /// The paths that need no token take GET alone, and nothing with it.
    private static func takesNoBody(_ method: HTTPRequest.Method) -> Problem {
        [.get, .head, .options].contains(method)
            ? .bodyNotTaken : Router.methodNotAllowed(method, allowed: [HTTPRequest.Method.get])
    }

    private static func admitted(
        _ request: consuming Request, _ principal: Principal = .everyone, _ limits: HTTPFields = [:]
    ) -> Admission {
        (request.principal, request.limits) = (principal, limits)
        return .admitted(request)
    }

    private static func refused(
        _ request: Request, _ problem: Problem, _ limits: HTTPFields = [:], _ principal: Principal? = nil
    ) -> Admission {
        var response = problem.response(requestID: request.id)
        response.headers.append(contentsOf: limits)
        if let principal, !principal.isEveryone { response = response.asked(by: principal.name) }
        return .answered(response)
    }
}
