import Gateway
import HTTPCore
import HTTPTypes
import Testing

/// Requests by route, method and status.
@Suite struct RequestMeterTests {
    private let meter = RequestMeter(templates: ["/", "/sessions/{id}"])

    private func count(
        _ method: HTTPRequest.Method?, _ status: Int?, route: Int?, work: Duration = .milliseconds(1)
    ) {
        var record = RequestRecord(requestID: "r")
        record.method = method
        record.status = status.map { HTTPResponse.Status(code: $0) }
        record.route = route
        (record.work, record.wait, record.duration) = (work, .seconds(50), .seconds(51))
        meter.count(record)
    }

    private var lines: Set<String> {
        let registry = MetricsRegistry()
        registry.add { [meter] in meter.families }
        return Set(registry.text.split(separator: "\n").map(String.init))
    }

    private func line(_ route: String, _ method: String, _ status: String, _ count: Int) -> String {
        "slipgate_http_requests_total{route=\"\(route)\",method=\"\(method)\",status=\"\(status)\"} \(count)"
    }

    @Test func requestsAreCountedByTheTemplateOfTheirRoute() {
        count(.get, 200, route: 1)
        count(.get, 200, route: 1)
        count(.head, 200, route: 0)
        count(.patch, 404, route: 1)
        #expect(lines.contains(line("/sessions/{id}", "GET", "200", 2)))
        #expect(lines.contains(line("/sessions/{id}", "PATCH", "404", 1)))
        #expect(lines.contains(line("/", "HEAD", "200", 1)))
        #expect(lines.count { $0.hasPrefix("slipgate_http_requests_total") } == 3)
    }

    @Test func whatClientsMakeUpIsOther() {
        count(HTTPRequest.Method("BREW"), 405, route: 0)
        count(.get, 418, route: nil)
        // Its client has gone; the head never came.
        count(.post, nil, route: 1)
        count(nil, nil, route: nil)
        // A route of another router.
        count(.get, 200, route: 2)
        #expect(lines.contains(line("/", "other", "405", 1)))
        #expect(lines.contains(line("none", "GET", "other", 1)))
        #expect(lines.contains(line("/sessions/{id}", "POST", "none", 1)))
        #expect(lines.contains(line("none", "other", "none", 1)))
        #expect(lines.contains(line("none", "GET", "200", 1)))
    }

    @Test func workIsWhatIsMeasuredAndNotTheWait() {
        count(.get, 200, route: 1, work: .milliseconds(2))
        count(.get, nil, route: 1, work: .milliseconds(2))
        #expect(lines.contains(#"slipgate_http_request_work_seconds_sum{route="/sessions/{id}"} 0.002"#))
        #expect(lines.contains(#"slipgate_http_request_work_seconds_count{route="/sessions/{id}"} 1"#))
    }

    @Test func everyStatusOfTheContractHasItsOwnPlace() {
        for status in [200, 201, 202, 204, 304, 400, 401, 403, 404, 405, 406, 408, 409, 410, 413, 415, 417, 421, 422] {
            count(.get, status, route: 0)
            #expect(lines.contains(line("/", "GET", "\(status)", 1)))
        }
        for status in [429, 431, 500, 502, 503, 504] {
            count(.get, status, route: 0)
            #expect(lines.contains(line("/", "GET", "\(status)", 1)))
        }
    }
}
