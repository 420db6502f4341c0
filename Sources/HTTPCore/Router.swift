package import HTTPTypes

/// Finds the handler of a method and path: literal segments first, then `{parameter}` ones.
package struct Router: Responder {
    package typealias Handler = @Sendable (Request, PathParameters) throws(Problem) -> Answer

    /// A route as it was added, for comparing with the contract.
    package struct Route: Sendable, Hashable {
        package let method: HTTPRequest.Method
        package let template: String
    }

    private struct Node: Sendable {
        var literals: [String: Int] = [:]
        var parameter: (name: String, node: Int)?
        var handlers: [HTTPRequest.Method: Handler] = [:]
        /// The number of the template that ends here.
        var template: Int?
    }

    package private(set) var routes: [Route] = []
    /// The routes' templates, each once; an answer has the number of the one that gave it.
    package private(set) var templates: [String] = []
    private var nodes = [Node()]
    private let advice: String

    /// `advice` is a sentence on where to find what there is, for whoever asks for a path that there is not.
    package init(advice: String = "") {
        self.advice = advice
    }

    /// Adds a route; `template` is `/sessions/{id}`: each part literal, or a parameter in braces.
    package mutating func on(_ method: HTTPRequest.Method, _ template: String, _ handler: @escaping Handler) {
        routes.append(Route(method: method, template: template))
        var index = 0
        for segment in template.split(separator: "/").map(String.init) {
            if segment.hasPrefix("{") {
                if nodes[index].parameter == nil {
                    nodes.append(Node())
                    nodes[index].parameter = (String(segment.dropFirst().dropLast()), nodes.count - 1)
                }
                index = nodes[index].parameter?.node ?? 0
            } else {
                if nodes[index].literals[segment] == nil {
                    nodes.append(Node())
                    nodes[index].literals[segment] = nodes.count - 1
                }
                index = nodes[index].literals[segment] ?? 0
            }
        }
        nodes[index].handlers[method] = handler
        guard nodes[index].template == nil else { return }
        nodes[index].template = templates.count
        templates.append(template)
    }

    package func respond(to request: Request) -> Answer {
        var route: Int?
        let answer = answer(request, &route)
        return route.map(answer.routed) ?? answer
    }

    private func answer(_ request: Request, _ route: inout Int?) -> Answer {
        do throws(Problem) {
            var parameters = PathParameters()
            guard let node = find(request.target.segments, from: 0, &parameters), !nodes[node].handlers.isEmpty else {
                throw Problem(
                    "not-found", .notFound, title: "There is nothing at this path",
                    detail: "No endpoint has this path." + (advice.isEmpty ? "" : " \(advice)"))
            }
            route = nodes[node].template
            let handlers = nodes[node].handlers
            if request.method == .options {
                let allowed = Self.allowed(handlers.keys)
                return .now(Response(status: .noContent, headers: [.allow: allowed]))
            }
            let method: HTTPRequest.Method = request.method == .head ? .get : request.method
            guard let handler = handlers[method] else {
                throw Self.methodNotAllowed(request.method, allowed: handlers.keys)
            }
            return try handler(request, parameters)
        } catch {
            return .now(error.response(requestID: request.id))
        }
    }

    private func find(_ segments: [String], from start: Int, _ parameters: inout PathParameters) -> Int? {
        var index = start
        for segment in segments {
            if let next = nodes[index].literals[segment] {
                index = next
            } else if let parameter = nodes[index].parameter, !segment.isEmpty {
                parameters.add(parameter.name, segment)
                index = parameter.node
            } else {
                return nil
            }
        }
        return index
    }

    private static func methodNotAllowed(
        _ method: HTTPRequest.Method, allowed: some Sequence<HTTPRequest.Method>
    ) -> Problem {
        let list = Self.allowed(allowed)
        return Problem(
            "method-not-allowed", .methodNotAllowed, title: "This path does not take this method",
            detail: "This path does not take \(method.rawValue); it takes \(list)."
        )
        .with(header: .allow, list)
    }

    /// What `Allow` says of a path that has handlers for `methods`: HEAD goes with GET, and OPTIONS with all.
    private static func allowed(_ methods: some Sequence<HTTPRequest.Method>) -> String {
        var names = Set(methods.map(\.rawValue))
        if names.contains("GET") { names.insert("HEAD") }
        names.insert("OPTIONS")
        return names.sorted().joined(separator: ", ")
    }
}

/// What stood in a path at its template's parameters, percent-decoded.
package struct PathParameters: Sendable {
    private var values: [(name: String, value: String)] = []

    mutating func add(_ name: String, _ value: String) {
        values.append((name, value))
    }

    /// The value of a parameter that the route's template has.
    package subscript(name: String) -> String {
        values.first { $0.name == name }?.value ?? ""
    }
}
