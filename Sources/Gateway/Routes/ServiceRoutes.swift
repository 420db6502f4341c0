import HTTPCore
import HTTPTypes

/// `/livez`, `/readyz`, `/openapi.yaml` and `/`.
struct ServiceRoutes: Sendable {
    let sessions: SessionRegistry

    func add(to router: inout Router) {
        router.on(.get, "/livez") { request, _ throws(Problem) in
            _ = try QueryReader(request)
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
            return .now(.text(OpenAPIDocument.yaml, type: "application/yaml"))
        }
        router.on(.get, "/") { request, _ throws(Problem) in
            _ = try QueryReader(request)
            return .now(.text(Self.welcome))
        }
    }

    private static let ok = Response.json(Array(#"{"status":"ok"}"#.utf8))

    private static let welcome = """
        Slipgate: an HTTP gateway to Phoenix Channels.

        Begin with POST /sessions and {"uri":"ws://127.0.0.1:4000/socket/websocket"}.
        GET /openapi.yaml describes every endpoint.

        """
}
