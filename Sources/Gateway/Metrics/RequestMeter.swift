package import HTTPCore
import HTTPTypes
import Synchronization

/// Counts requests by route, method and status, and the time that answering them took.
package final class RequestMeter: Sendable {
    /// Of one route: a cell for each method and status.
    private final class Route: Sendable {
        static let columns = 40
        let cells = InlineArray<320, Atomic<Int>> { _ in Atomic(0) }
        let work = MetricHistogram()

        func count(row: Int, column: Int) -> Int { cells[row * Self.columns + column].load(ordering: .relaxed) }
        func add(row: Int, column: Int) { cells[row * Self.columns + column].add(1, ordering: .relaxed) }
    }

    /// What is said of a request that no route has answered: refused before, or at a path that has none.
    static let noRoute = "none"
    /// What is said of one that was not answered.
    static let noStatus = "none"
    static let other = "other"

    private static let methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]
    /// What the gateway answers; another status counts as `other`.
    private static let statuses = [
        200, 201, 202, 204, 304, 400, 401, 403, 404, 405, 406, 408, 409, 410, 413, 415, 417, 421, 422, 429, 431, 500,
        501,
        502, 503, 504,
    ]

    private let names: [String]
    /// One for each template, and one for none.
    private let routes: [Route]
    private let columns: [Int: Int]

    /// - Parameter templates: Those of the router whose answers are counted.
    package init(templates: [String]) {
        names = templates + [Self.noRoute]
        routes = names.map { _ in Route() }
        columns = Dictionary(uniqueKeysWithValues: Self.statuses.enumerated().map { ($1, $0) })
    }

    package func count(_ record: RequestRecord) {
        let place = record.route.flatMap { names.indices.contains($0) ? $0 : nil } ?? names.count - 1
        let row = record.method.flatMap { Self.methods.firstIndex(of: $0.rawValue) } ?? Self.methods.count
        let column =
            record.status.map { columns[$0.code] ?? Self.statuses.count } ?? Self.statuses.count + 1
        routes[place].add(row: row, column: column)
        if record.status != nil { routes[place].work.observe(record.work) }
    }

    /// The template of the route with this number.
    package func template(_ route: Int?) -> String {
        route.flatMap { names.indices.contains($0) ? names[$0] : nil } ?? Self.noRoute
    }

    package var families: [MetricFamily] {
        [
            MetricFamily(
                "slipgate_http_requests_total",
                "Requests that are over, by the route's template, method and status; none of either: refused before.",
                .counter, zip(names, routes).flatMap { Self.counts($0, $1) }),
            MetricFamily(
                "slipgate_http_request_work_seconds",
                "What answering took once a request was whole, by the route's template, without waits on purpose.",
                .histogram,
                zip(names, routes).flatMap { name, route in
                    route.work.count == 0 ? [] : route.work.samples([MetricLabel(name: "route", value: name)])
                }),
        ]
    }

    /// Only what has been seen: most of the table never is.
    private static func counts(_ name: String, _ route: Route) -> [MetricSample] {
        let statuses = statuses.map(String.init) + [other, noStatus]
        return (methods + [other]).enumerated().flatMap { row, method in
            statuses.enumerated().compactMap { column, status in
                let count = route.count(row: row, column: column)
                guard count > 0 else { return nil }
                return MetricSample(
                    labels: [
                        MetricLabel(name: "route", value: name), MetricLabel(name: "method", value: method),
                        MetricLabel(name: "status", value: status),
                    ], value: Double(count))
            }
        }
    }
}
