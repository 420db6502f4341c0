import HTTPCore
import HTTPTypes

/// What a request needs so that it is served.
enum Permission: Equatable {
    /// No token.
    case open
    case scope(Principal.Scope)

    /// The paths that are open to all: for health checks and for people, with nothing of anybody's sessions in them.
    ///
    /// A second listener, which only the operator's machines reach, may add `/metrics` to these.
    static let openPaths: Set<[String]> = [[], ["livez"], ["readyz"], ["openapi.yaml"]]
    private static let openPathsDepth = openPaths.map(\.count).max() ?? 0

    init(_ request: borrowing Request) {
        let path = request.target.segments
        if path.count <= Self.openPathsDepth, Self.openPaths.contains(path) {
            self = .open
        } else if path == ["metrics"] {
            self = .scope(.metrics)
        } else {
            self = .scope(Self.isRead(request.method, path) ? .read : .write)
        }
    }

    /// `/listen` connects to an upstream, whatever its method; `/await` looks, though it has a body.
    private static func isRead(_ method: HTTPRequest.Method, _ path: [String]) -> Bool {
        switch method {
        case .get, .head, .options: path != ["listen"]
        case .post: path.count == 3 && path[0] == "sessions" && path[2] == "await"
        default: false
        }
    }
}
