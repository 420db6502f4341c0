import Gateway
import HTTPCore
import HTTPTypes
import Logging
import Synchronization
import Testing

/// A record a request, with nothing secret in it.
@Suite struct AccessLogTests {
    private struct Recorder: LogHandler {
        let records: Records
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.notice

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            records.all.withLock { $0.append((event.level, event.metadata?.mapValues { "\($0)" } ?? [:])) }
        }
    }

    private final class Records: Sendable {
        let all = Mutex<[(level: Logger.Level, metadata: [String: String])]>([])
    }

    private let records = Records()
    private let harness = GatewayHarness()

    private func observer(_ level: Logger.Level = .notice) -> any RequestObserver {
        var logger = Logger(label: "test") { [records] _ in Recorder(records: records) }
        logger.logLevel = level
        return harness.gateway.observer(log: AccessLog(logger))
    }

    private func route(_ template: String) throws -> Int {
        try #require(harness.gateway.router.templates.firstIndex(of: template))
    }

    private func record(_ target: String, _ template: String?) throws -> RequestRecord {
        var record = RequestRecord(requestID: "req-1", target: Array(target.utf8))
        record.method = .get
        record.status = .ok
        record.route = try template.map(route)
        return record
    }

    @Test func itHasTheRouteAndTheWaitApartFromTheWork() throws {
        var record = try record("/sessions/local.0123456789abcdefABCDEF/topics/t/push?wait=5s", "/sessions/{id}")
        record.method = .post
        (record.duration, record.wait, record.work) = (.milliseconds(1_503), .milliseconds(1_500), .microseconds(1_234))
        record.bodyBytes = 77
        record.requestHeaders[.traceparent] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        record.client = "192.0.2.1"
        observer().ended(record)
        let (level, metadata) = try #require(records.all.withLock { $0 }.first)
        #expect(level == .notice)
        #expect(
            metadata == [
                "request_id": "req-1", "client": "192.0.2.1", "method": "POST", "route": "/sessions/{id}",
                "status": "200", "bytes": "77",
                "duration": "1.503", "wait": "1.5", "work": "0.001234", "session": "local.012345",
                "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
            ])
    }

    @Test func neitherTopicsNorNamesNorQueriesNorTokensNorWholeIDsAreInIt() throws {
        var record = try record(
            "/sessions/local.0123456789abcdefABCDEF/topics/hidden1/messages?match=hidden2", "/sessions/{id}")
        record.requestHeaders[.authorization] = "Bearer hidden3"
        record.requestHeaders[.traceparent] = "hidden4"
        observer().ended(record)
        observer().ended(try self.record("/sessions/hidden5/topics", nil))
        for (_, metadata) in records.all.withLock({ $0 }) {
            #expect(!metadata.values.contains { $0.contains("hidden") || $0.contains("0123456") }, "\(metadata)")
        }
        #expect(records.all.withLock { $0.last?.metadata["session"] } == nil)
    }

    @Test func theSessionThatARequestMadeIsNamed() throws {
        var record = try record("/sessions", "/sessions")
        record.responseHeaders[.location] = "/base/sessions/local.0123456789abcdefABCDEF"
        observer().ended(record)
        #expect(records.all.withLock { $0.first?.metadata["session"] } == "local.012345")
    }

    @Test func oneWithoutAnAnswerHasNoStatusAndOneWithoutAHeadNoMethod() {
        observer().ended(RequestRecord(requestID: "r"))
        let metadata = records.all.withLock { $0.first?.metadata }
        #expect(metadata != nil && metadata?["status"] == nil)
        #expect(metadata?["method"] == "none" && metadata?["route"] == "none")
    }

    @Test func probesAndScrapesAreLoggedForDebuggingOnly() throws {
        for path in ["/livez", "/readyz", "/metrics"] { observer().ended(try record(path, path)) }
        #expect(records.all.withLock { $0.isEmpty })
        observer(.debug).ended(try record("/livez", "/livez"))
        #expect(records.all.withLock { $0.first?.level } == .debug)
    }
}
