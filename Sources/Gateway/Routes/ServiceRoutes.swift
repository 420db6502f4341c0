import HTTPCore
import HTTPTypes

/// `/livez`, `/readyz`, `/metrics`, `/openapi.yaml` and `/`.
struct ServiceRoutes: Sendable {
    let sessions: SessionRegistry
    let liveness: Liveness
    let basePath: BasePath
    let metrics: MetricsRegistry

    func add(to router: inout Router, withMetrics: Bool) {
        addHealth(to: &router)
        if withMetrics { addMetrics(to: &router) }
        router.on(.get, "/openapi.yaml") { request, _ throws(Problem) in
            _ = try QueryReader(request)
            return .now(.text(ServedContract.yaml(under: basePath), type: "application/yaml"))
        }
        router.on(.get, "/") { request, _ throws(Problem) in
            _ = try QueryReader(request)
            return .now(Welcome.response(to: request, under: basePath))
        }
    }

    /// What a listener of its own tells whoever asks for something else.
    static let adminAdvice = "This listener has /livez, /readyz and /metrics, and nothing else."

    /// What a listener of its own serves.
    func addAdmin(to router: inout Router) {
        addHealth(to: &router)
        addMetrics(to: &router)
    }

    private func addMetrics(to router: inout Router) {
        router.on(.get, "/metrics") { request, _ throws(Problem) in
            _ = try QueryReader(request)
            return .now(.text(metrics.text, type: MetricsRegistry.contentType))
        }
    }

    private func addHealth(to router: inout Router) {
        router.on(.get, "/livez") { request, _ throws(Problem) in
            _ = try QueryReader(request)
            try liveness.check()
            return .now(Self.ok)
        }
        router.on(.get, "/readyz") { request, _ throws(Problem) in
            _ = try QueryReader(request)
            if sessions.isEnding { throw .draining }
            try sessions.requireRoom()
            guard request.occupancy == .free else { throw .tooManyWait }
            return .now(Self.ok)
        }
    }

    private static let ok = Response.json(Array(#"{"status":"ok"}"#.utf8))
}
