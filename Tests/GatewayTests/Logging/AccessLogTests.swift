import Gateway
import HTTPCore
import HTTPTypes
import Logging
import TestSupport
import Testing

/// A record a request, with nothing secret in it.
@Suite struct AccessLogTests {
    private let records = RecordedLog()
    private let harness = GatewayHarness()

    private func observer(_ level: Logger.Level = .notice) -> any RequestObserver {
        harness.gateway.observer(log: AccessLog(records.logger(level)))
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
        let logged = try #require(records.all.first)
        #expect(logged.level == .notice && logged.message == "Request")
        #expect(
            logged.metadata == [
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
        for record in records.all {
            #expect(!record.line.contains("hidden") && !record.line.contains("0123456"), "\(record.line)")
        }
        #expect(records.all.last?.metadata["session"] == nil)
    }

    @Test func theSessionThatARequestMadeIsNamed() throws {
        var record = try record("/sessions", "/sessions")
        record.responseHeaders[.location] = "/base/sessions/local.0123456789abcdefABCDEF"
        observer().ended(record)
        #expect(records.all.first?.metadata["session"] == "local.012345")
    }

    @Test func aSessionThatARequestNamedByItsNameIsToldByItsID() throws {
        let made = try harness.send(.put, "/sessions/hidden?wait=0", #"{"uri":"ws://127.0.0.1:4000/s"}"#)
        let id = try #require(made.string("id"))
        let short = try #require(id.split(separator: ".").last?.prefix(6))
        let template = "/sessions/{id}/topics/{topic}"
        observer().ended(try record("/base/sessions/hidden/topics/t?x=y", template))
        // Also once it has ended, and for the principal alone whose name it is.
        try harness.send(.delete, "/sessions/hidden")
        observer().ended(try record("/sessions/hidden/topics/t", template))
        var others = try record("/sessions/hidden/topics/t", template)
        others.principal = "bob"
        observer().ended(others)
        observer().ended(try record("/sessions/unknown/topics/t", template))
        observer().ended(try record("/sessions", "/sessions"))
        #expect(records.all.map { $0.metadata["session"] } == ["local.\(short)", "local.\(short)", nil, nil, nil])
        #expect(records.all.map { $0.metadata["principal"] } == [nil, nil, "bob", nil, nil])
        #expect(!records.all.contains { $0.line.contains("hidden") })
    }

    @Test func oneWithoutAnAnswerHasNoStatusAndOneWithoutAHeadNoMethod() {
        observer().ended(RequestRecord(requestID: "r"))
        let metadata = records.all.first?.metadata
        #expect(metadata != nil && metadata?["status"] == nil)
        #expect(metadata?["method"] == "none" && metadata?["route"] == "none")
    }

    @Test func probesAndScrapesAreLoggedForDebuggingOnly() throws {
        for path in ["/livez", "/readyz", "/metrics"] { observer().ended(try record(path, path)) }
        #expect(records.all.isEmpty)
        observer(.debug).ended(try record("/livez", "/livez"))
        #expect(records.all.first?.level == .debug)
    }
}
