import Foundation
import TestSupport
import Testing

/// `/metrics` of a gateway that is used, and the files in `deploy/` that go by it.
@Suite(.timeLimit(.minutes(10))) struct MetricsProcessTests {
    private func file(_ path: String) -> URL { Slipgate.root.appending(path: path) }

    /// A demo that has had a session with a push and its reply, a wait, a refusal, a reconnect; and its metrics.
    private func text() async throws -> String {
        let demo = try Slipgate("demo", "--port", "0", "--phoenix-port", "0", lines: 2)
        let client = try demo.client()
        let uri = "ws://127.0.0.1:\(try demo.port(1))/socket/websocket"
        let session = try client.request("POST", "/sessions", body: #"{"uri":"\#(uri)"}"#)
        let url = try #require(session.string("url"), "\(session.text)")
        #expect(try client.request("PUT", "\(url)/topics/rooms:lobby").status == 201)
        #expect(
            try client.request("POST", "\(url)/topics/rooms:lobby/push?wait=50s", body: #"{"event":"ping"}"#).status
                == 200
        )
        #expect(try client.request("GET", "/nope").status == 404)
        #expect(try client.request("PUT", "/metrics").status == 405)
        #expect(try client.request("POST", "/sessions", body: #"{"uri":"http://x"}"#).status == 400)
        // What is over is counted on another thread than the next request is answered on.
        var text = ""
        try await until {
            text = try client.request("GET", "/metrics").text
            return text.contains(#"{route="/sessions",method="POST",status="400"} 1"#)
        }
        return text
    }

    /// The names of all series, those of histograms' parts too.
    private func names(_ text: String) -> Set<String> {
        Set(
            text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map {
                String($0.prefix { $0 != "{" && $0 != " " })
            })
    }

    @Test func promtoolFindsNothingWrongAndWhatHappenedIsThere() async throws {
        let text = try await text()
        let check = try Promtool.run(["check", "metrics"], input: text)
        #expect(check.status == 0 && check.words == "", "\(check.words)")
        for line in [
            #"slipgate_sessions{state="connected"} 1"#, "slipgate_pushes_total 1",
            #"slipgate_push_reply_seconds_count{status="ok"} 1"#, "slipgate_upstream_connects_total 1",
            #"slipgate_upstream_reconnects_total{cause="server"} 0"#, "slipgate_stderr_dropped_lines_total 0",
            #"slipgate_http_requests_total{route="none",method="GET",status="404"} 1"#,
            #"slipgate_http_requests_total{route="/metrics",method="PUT",status="405"} 1"#,
            #"slipgate_http_requests_total{route="/sessions/{id}/topics/{topic}/push",method="POST",status="200"} 1"#,
        ] {
            #expect(text.contains("\n\(line)\n"), "\(line)")
        }
        #expect(!text.contains("rooms:lobby"))
    }

    @Test func promtoolTakesTheAlertsAndTheirTestsPass() throws {
        let check = try Promtool.run(["check", "rules", file("deploy/prometheus/alerts.yaml").path])
        #expect(check.status == 0 && check.words.contains("SUCCESS"), "\(check.words)")
        let test = try Promtool.run(["test", "rules", file("deploy/prometheus/alerts-test.yaml").path])
        #expect(test.status == 0, "\(test.words)")
    }

    @Test func alertsAndDashboardNameOnlyMetricsThatAreThere() async throws {
        let there = names(try await text())
        for path in ["deploy/prometheus/alerts.yaml", "deploy/grafana/dashboard.json"] {
            let text = String(decoding: try Data(contentsOf: file(path)), as: UTF8.self)
            let named = Set(text.matches(of: #/\b(slipgate|process)_[a-z_]+\b/#).map { String($0.output.0) })
            #expect(named.count > 10 && named.subtracting(there) == [], "\(path)")
        }
    }

    @Test func theReadmeHasEveryMetricAndNoOther() async throws {
        let families = Set(try await text().matches(of: #/# TYPE (\w+) /#).map { String($0.output.1) })
        let section = try ReadmeSection("## Metrics and logs").text
        let named = Set(section.matches(of: #/`((slipgate|process)_[a-z_]+)`/#).map { String($0.output.1) })
        #expect(families.subtracting(named) == [], "not in the README")
        #expect(named.subtracting(families) == [], "in the README, and not there")
    }

    @Test func theDashboardIsWhatGrafanaImports() throws {
        let data = try Data(contentsOf: file("deploy/grafana/dashboard.json"))
        let dashboard = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(dashboard["title"] as? String == "Slipgate" && dashboard["schemaVersion"] is Int)
        let panels = try #require(dashboard["panels"] as? [[String: Any]])
        #expect(Set(panels.compactMap { $0["id"] as? Int }).count == panels.count)
        for panel in panels where panel["type"] as? String != "row" {
            let targets = try #require(panel["targets"] as? [[String: Any]])
            #expect(!targets.isEmpty && targets.allSatisfy { ($0["expr"] as? String)?.isEmpty == false })
        }
    }

    @Test func aListenerOfItsOwnHasHealthAndMetricsAloneAndTheyAreNowhereElse() throws {
        let gateway = try Slipgate("serve", "--port", "0", "--admin-port", "0", lines: 2)
        #expect(gateway.firstLines[1].hasPrefix("Health and metrics are on http://127.0.0.1:"))
        let admin = try HTTPTestClient(port: try gateway.port(1))
        #expect(try admin.request("GET", "/metrics").text.contains("\nslipgate_build_info{version=\"0.1.0\"} 1\n"))
        #expect(try admin.request("GET", "/livez").status == 200 && admin.request("GET", "/readyz").status == 200)
        #expect(try admin.request("GET", "/sessions").status == 404)
        let client = try gateway.client()
        #expect(try client.request("GET", "/metrics").status == 404 && client.request("GET", "/livez").status == 200)
        gateway.signal(SIGTERM)
        #expect(gateway.waitForExit() == 0)
    }

    @Test func aProcessThatHasUsedUpItsDescriptorsStillSaysSo() throws {
        let gateway = try Slipgate("serve", "--port", "0")
        let client = try gateway.client()
        #expect(try client.request("GET", "/livez").status == 200)
        let limit = try Slipgate.run(
            URL(filePath: "/usr/bin/prlimit"), ["--pid", "\(gateway.id)", "--nofile=3:3"])
        #expect(limit.status == 0, "\(limit.errors)")
        let text = try client.request("GET", "/metrics").text
        for name in [
            "cpu_seconds_total", "resident_memory_bytes", "virtual_memory_bytes", "start_time_seconds", "open_fds",
        ] { #expect(text.contains("\nprocess_\(name) "), "\(name)") }
        #expect(text.contains("\nprocess_max_fds 3\n"))
    }

    @Test func aListenerOfItsOwnThatCannotBeEndsTheStartInWords() throws {
        let taken = try RawListener()
        let result = try Slipgate.run(
            Slipgate.path, ["serve", "--port", "0", "--admin-port", "\(taken.port)"])
        #expect(result.status == 1 && result.errors.contains("port \(taken.port)"), "\(result.errors)")
        #expect(result.errors.contains("Address already in use"), "\(result.errors)")
        // Also what looks like an address and is none.
        for host in ["localhost", "abc:", ":::::", "1.2.3.04"] {
            let name = try Slipgate.run(Slipgate.path, ["serve", "--port", "0", "--admin-host", host])
            #expect(name.status == 78 && name.errors.contains("admin_host"), "\(name.errors)")
        }
    }
}
