import Gateway
import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// What `/metrics` says of a gateway that is used.
@Suite struct GatewayMetricsTests {
    private func lines(_ harness: GatewayHarness) throws -> Set<String> {
        let answer = try harness.send(.get, "/metrics")
        #expect(answer.status == 200)
        #expect(answer.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
        return Set(answer.text.split(separator: "\n").map(String.init))
    }

    @Test func sessionsAreCountedByTheirStateAndTheirEnd() throws {
        let harness = GatewayHarness { $0.maxSessions = 7 }
        let first = try harness.session()
        _ = try harness.session()
        let third = try harness.session(#","reconnect":false"#)
        third.link.handler.transportClosed(code: 1012, reason: "")
        harness.time.run()
        try first.send(.delete, "")
        let lines = try lines(harness)
        #expect(lines.contains(#"slipgate_sessions{state="connected"} 1"#))
        #expect(lines.contains(#"slipgate_sessions{state="disconnected"} 1"#))
        #expect(lines.contains("slipgate_sessions_limit 7") && lines.contains("slipgate_sessions_created_total 3"))
        #expect(lines.contains(#"slipgate_sessions_ended_total{reason="deleted"} 1"#))
        #expect(lines.contains(#"slipgate_sessions_ended_total{reason="idle"} 0"#))
        #expect(lines.contains("slipgate_draining 0"))
        harness.gateway.announceEnd()
        #expect(try self.lines(harness).contains("slipgate_draining 1"))
    }

    @Test func aSessionThatNeverCameToBeIsCountedAsMadeAndAsEnded() throws {
        let harness = GatewayHarness()
        let refused = try harness.send(.post, "/sessions", #"{"uri":"ws://127.0.0.1:4000/socket/websocket"}"#)
        let link = try #require(harness.transport.links.last)
        link.handler.transportFailed(.failed(reason: "nothing listens"))
        #expect(refused.status == 502)
        let lines = try lines(harness)
        #expect(lines.contains("slipgate_sessions_created_total 1"))
        #expect(lines.contains(#"slipgate_sessions_ended_total{reason="failed"} 1"#))
        #expect(lines.contains(#"slipgate_sessions{state="connecting"} 0"#))
    }

    @Test func aReplysTimeIsCountedFromItsPushByItsStatus() throws {
        let session = try GatewayHarness().session()
        try session.join()
        for (ref, status) in [(2, "ok"), (3, "error"), (4, "ready")] {
            try session.send(.post, "/topics/t/push", #"{"event":"e"}"#)
            session.harness.time.advance(by: .milliseconds(30))
            session.reply(ref, status: status)
        }
        // One that nobody replies to.
        try session.send(.post, "/topics/t/push", #"{"event":"e"}"#)
        let lines = try lines(session.harness)
        #expect(lines.contains("slipgate_pushes_total 4"))
        for status in ["ok", "error", "other"] {
            #expect(lines.contains("slipgate_push_reply_seconds_bucket{status=\"\(status)\",le=\"0.025\"} 0"))
            #expect(lines.contains("slipgate_push_reply_seconds_bucket{status=\"\(status)\",le=\"0.05\"} 1"))
            #expect(lines.contains("slipgate_push_reply_seconds_sum{status=\"\(status)\"} 0.03"))
        }
    }

    @Test func droppedEntriesAreCountedByTheReasonAndTheLogsBytesAreThere() throws {
        let harness = GatewayHarness { $0.maxLogBytes = 16_000_000 }
        let session = try harness.session(#","log":{"max_entries":2}"#)
        try session.join()
        session.receive(#"[null,null,"t","e",{}]"#, #"[null,null,"t","e",{}]"#)
        try session.send(.delete, "/messages?through=\(session.send(.get, "").string("cursor") ?? "")")
        let lines = try lines(harness)
        // `connected` and `joined`, then both messages.
        #expect(lines.contains(#"slipgate_session_log_dropped_entries_total{reason="overflow"} 2"#))
        #expect(lines.contains(#"slipgate_session_log_dropped_entries_total{reason="released"} 2"#))
        #expect(lines.contains("slipgate_session_log_bytes 0"))
        #expect(lines.contains("slipgate_session_log_limit_bytes 16000000"))
        session.receive(#"[null,null,"t","e",{}]"#)
        #expect(try !self.lines(harness).contains("slipgate_session_log_bytes 0"))
    }

    @Test func noLabelNamesASessionOrATopic() throws {
        let session = try GatewayHarness().session()
        try session.join("secret")
        try session.send(.post, "/topics/secret/push", #"{"event":"hidden"}"#)
        let text = try session.harness.send(.get, "/metrics").text
        #expect(!text.contains("secret") && !text.contains("hidden") && !text.contains(session.id))
    }

    /// What a listener of its own answers.
    private func admin(_ harness: GatewayHarness, _ path: String, _ occupancy: Occupancy = .free) throws -> Int? {
        // Whatever the host: probes have the container's address there.
        let request = Request(
            id: "r", method: .get, target: try RequestTarget(Array(path.utf8)), headers: [.testHost: "10.1.2.3:9090"],
            occupancy: .full)
        let responder = harness.gateway.adminResponder { occupancy }
        return GatewayHarness.Pending(responder.respond(to: request)).status
    }

    @Test func onAListenerOfItsOwnItIsNowhereElse() throws {
        let harness = GatewayHarness { $0.servesMetrics = false }
        #expect(try harness.send(.get, "/metrics").status == 404)
        for path in ["/metrics", "/livez", "/readyz"] { #expect(try admin(harness, path) == 200) }
        for path in ["/sessions", "/", "/openapi.yaml"] { #expect(try admin(harness, path) == 404) }
    }

    @Test func aListenerOfItsOwnSaysWhetherTheOtherOneHasRoom() throws {
        #expect(try admin(GatewayHarness(), "/readyz", .crowded) == 503)
    }
}
