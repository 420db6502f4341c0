import CoreMetrics
import MetricsTestKit
import TestSupport
import Testing

@testable import PhoenixChannels

/// What is counted and logged, and what never is.
@Suite struct ConnectionTelemetryTests {
    private let metrics = TestMetrics()
    private let log = RecordedLog()
    private let telemetry: ConnectionTelemetry

    init() {
        telemetry = ConnectionTelemetry(log.logger(), ClientCounters(metrics))
    }

    private func count(_ name: String, _ dimensions: [(String, String)] = []) throws -> Int64 {
        try metrics.expectCounter("phoenix_channels_\(name)_total", dimensions).totalValue
    }

    private let secret = Payload.json(JSONText(unchecked: Array(#"{"token":"s3cret"}"#.utf8)))

    @Test func whatHappensIsCountedByCause() throws {
        let end = Disconnection(cause: .heartbeat)
        telemetry.told([
            .connected(attempt: 1), .joined(topic: "t", response: secret, rejoin: nil),
            .message(topic: "t", event: "e", payload: secret), .message(topic: "t", event: "e", payload: secret),
            .replied(topic: "t", ref: Ref(2), Reply(status: "ok", response: secret)),
            .replyLost(topic: "t", ref: Ref(3), .disconnected), .disconnected(end, retryIn: .seconds(1)),
            .connectFailed(.timedOut, attempt: 1, retryIn: .seconds(1)),
            .connected(attempt: 2), .joined(topic: "t", response: secret, rejoin: .reconnect),
            .topicError(topic: "t", payload: secret), .joinFailed(topic: "t", .lost(.disconnected), rejoin: nil),
        ])
        telemetry.pushed()
        telemetry.answeredHeartbeat(after: .milliseconds(3))
        #expect(try count("connects") == 2)
        #expect(try count("joins") == 1)
        #expect(try count("rejoins", [("reason", "reconnect")]) == 1)
        #expect(try count("messages_received") == 2)
        #expect(try count("replies_received") == 1)
        #expect(try count("replies_lost", [("reason", "disconnected")]) == 1)
        #expect(try count("disconnects", [("cause", "heartbeat")]) == 1)
        #expect(try count("reconnects", [("cause", "heartbeat")]) == 1)
        #expect(try count("connect_failures", [("kind", "timed_out")]) == 1)
        #expect(try count("channel_errors") == 1)
        #expect(try count("join_failures") == 1)
        #expect(try count("pushes_sent") == 1)
        #expect(
            try metrics.expectTimer("phoenix_channels_heartbeat_round_trip").values == [3_000_000])
    }

    @Test func everyCauseHasItsCounter() {
        let counters = ClientCounters(metrics)
        for loss in [ReplyLoss.disconnected, .channelCrashed, .channelClosed, .left] {
            #expect(counters.repliesLost[loss.rawValue].dimensions.first?.1 == loss.rawValue)
        }
        for cause in [Disconnection.Cause.server, .network, .heartbeat, .requested] {
            #expect(counters.disconnects[cause.rawValue].dimensions.first?.1 == cause.rawValue)
        }
        for reason in [RejoinReason.reconnect, .channelError] {
            #expect(counters.rejoins[reason.rawValue].dimensions.first?.1 == reason.rawValue)
        }
    }

    @Test func theNormalPathLogsNothingAboveDebugAndNoPayload() {
        telemetry.told([
            .connected(attempt: 1), .joined(topic: "t", response: secret, rejoin: nil),
            .message(topic: "t", event: "e", payload: secret),
            .replied(topic: "t", ref: Ref(2), Reply(status: "error", response: secret)), .left(topic: "t"),
            .disconnected(Disconnection(cause: .requested, code: 1000), retryIn: nil),
        ])
        #expect(log.lines.count == 2)
        #expect(log.lines.allSatisfy { $0.hasPrefix("debug ") })
        #expect(!log.lines.contains { $0.contains("s3cret") })
    }

    @Test func whatGoesWrongIsLoggedWithItsCauseAndNoPayload() throws {
        let refusal = UpgradeRefusal(status: 403, body: Array("s3cret".utf8), now: 0)
        telemetry.told([
            .disconnected(Disconnection(cause: .server, code: 1012), retryIn: .seconds(1)),
            .connectFailed(.refused(refusal), attempt: 2, retryIn: nil),
            .joined(topic: "t", response: secret, rejoin: .reconnect),
            .joinFailed(topic: "t", .rejected(Reply(status: "error", response: secret)), rejoin: .reconnect),
            .topicError(topic: "t", payload: secret),
        ])
        #expect(
            log.lines.map { $0.prefix { $0 != " " } } == ["info", "warning", "info", "info", "info"])
        #expect(log.lines[0] == "info Disconnected cause=server code=1012 reason= retry_in=1.0 seconds")
        #expect(log.lines[3] == "info A join failed reason=rejected topic=t")
        #expect(!log.lines.contains { $0.contains("s3cret") })
    }

    @Test func certificatesThatAreNotVerifiedAreWarnedOfAtEachConnect() throws {
        telemetry.connecting(to: try Endpoint(uri: "ws://127.0.0.1:4000/?token=s3cret"))
        #expect(log.lines.isEmpty)
        var tls = TLSOptions.systemRoots
        tls.disablesCertificateVerification = true
        telemetry.connecting(to: try Endpoint(uri: "wss://127.0.0.1:4000/?token=s3cret", tls: tls))
        #expect(log.lines.count == 1 && log.lines[0].hasPrefix("warning "))
        #expect(!log.lines[0].contains("s3cret"))
    }
}
