import HTTPCore
import HTTPTypes

/// `/livez`, `/readyz`, `/openapi.yaml` and `/`.
struct ServiceRoutes: Sendable {
    let sessions: SessionRegistry
    let liveness: Liveness
    let basePath: BasePath

    func add(to router: inout Router) {
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
        router.on(.get, "/openapi.yaml") { request, _ throws(Problem) in
            _ = try QueryReader(request)
            return .now(.text(ServedContract.yaml(under: basePath), type: "application/yaml"))
        }
        router.on(.get, "/") { request, _ throws(Problem) in
            _ = try QueryReader(request)
            return .now(Welcome.response(to: request, under: basePath))
        }
    }

    private static let ok = Response.json(Array(#"{"status":"ok"}"#.utf8))
}
