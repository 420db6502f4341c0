package import Gateway
package import Logs
package import MicroHTTPD

/// What `/metrics` says of the server and of the log.
package enum ServerFigures {
    package static func families(of server: Server, _ log: LogWriter) -> [MetricFamily] {
        let waiting = server.waiting
        return [
            .gauge("slipgate_waiting_requests", "Requests that wait for their answer.", waiting.requests),
            .gauge("slipgate_open_streams", "Answers that go on as long as their client reads.", waiting.streams),
            .gauge(
                "slipgate_requests_in_flight", "Requests that have begun and are not over.", server.requestsInFlight),
            .gauge("slipgate_connections", "Clients' connections that are open.", server.openConnections),
            .gauge("slipgate_connections_limit", "Those that are taken at once.", server.maxConnections),
            .counter(
                "slipgate_stderr_dropped_lines_total",
                "Lines of the log that were not written: standard error was full, or nobody read it.", log.dropped),
        ]
    }
}
