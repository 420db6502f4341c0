import HTTPCore
import HTTPTypes
import Logging
import PhoenixChannels
import TestSupport
import Testing

@testable import Gateway

/// What the gateway's log tells of connections to upstreams.
@Suite struct UpstreamLogTests {
    private typealias Record = RecordedLog.Record

    private let records = RecordedLog()
    private let harness: GatewayHarness

    init() throws {
        let chat = try NamedEndpoint(
            name: "chat", uri: "ws://127.0.0.1:4000/inner?u=s3cret1",
            headers: [(name: "Authorization", value: "Bearer s3cret2")])
        harness = GatewayHarness(upstreamLogger: records.logger(.debug)) { $0.endpoints = ["chat": chat] }
    }

    private static let uri = "ws://127.0.0.1:4000/socket/websocket"
    /// A session whose every secret is one.
    private static let spec = """
        {"uri":"\(uri)?token=s3cret1","params":{"p":"s3cret2"},"headers":{"Authorization":"Bearer s3cret3"},\
        "auth_token":"s3cret4","topics":[{"topic":"hidden","params":{"k":"s3cret5"}}]
        """

    private var last: ScriptedLink {
        get throws { try #require(harness.transport.links.last) }
    }

    /// Makes a session that has not waited for its connection.
    private func session(_ members: String = "", _ spec: String = Self.spec) throws -> String {
        let made = try harness.send(.post, "/sessions?wait=0", spec + members + "}")
        return try #require(made.string("id"), "\(made.text)")
    }

    private func short(_ id: String) throws -> String { try #require(SessionID(named: id).short) }

    private func lose(_ code: UInt16?, _ reason: String) throws {
        try last.handler.transportClosed(code: code, reason: reason)
        harness.time.run()
    }

    private func fail(_ error: ConnectError) throws {
        try last.handler.transportFailed(error)
        harness.time.run()
    }

    /// The time in it is for a test of its own.
    private func taken(without keys: String...) -> [Record] {
        records.take().map { record in
            Record(
                level: record.level, message: record.message,
                metadata: record.metadata.filter { !keys.contains($0.key) })
        }
    }

    @Test func aConnectionThatIsLostAndComesBackIsToldFromLossToReturn() throws {
        let id = try session()
        let own = ["connection": "session", "session": try short(id), "uri": Self.uri]
        try last.accept()
        #expect(
            taken() == [
                Record(level: .debug, message: "Upstream connected", metadata: own.merging(["attempt": "1"]) { $1 })
            ])
        harness.time.stand(for: .milliseconds(2_500))
        try lose(nil, "the network failed: reset")
        let lost = records.take()
        let retryIn = try #require(lost.first?.metadata["retry_in"].flatMap(Double.init))
        #expect(retryIn > 0 && retryIn < 60)
        #expect(
            lost == [
                Record(
                    level: .notice, message: "Upstream connection lost",
                    metadata: own.merging([
                        "cause": "network", "reason": "the network failed: reset", "connected_for": "2.5",
                        "retry_in": "\(retryIn)",
                    ]) { $1 })
            ])
        harness.transport.advance(.seconds(60))
        try fail(.failed(reason: "nothing listens at 127.0.0.1:4000"))
        #expect(
            taken(without: "retry_in") == [
                Record(
                    level: .notice, message: "Upstream could not be connected to",
                    metadata: own.merging([
                        "attempt": "1", "kind": "failed", "reason": "nothing listens at 127.0.0.1:4000",
                    ]) { $1 })
            ])
        harness.time.stand(for: .seconds(4))
        harness.transport.advance(.seconds(60))
        try last.accept()
        #expect(
            taken() == [
                Record(
                    level: .notice, message: "Upstream connected again",
                    metadata: own.merging(["attempt": "2", "down_for": "4.0"]) { $1 })
            ])
    }

    @Test func whatIsNotTriedAgainIsAWarning() throws {
        let id = try session()
        try fail(.refused(UpgradeRefusal(status: 403, body: Array("s3cret".utf8), now: 0)))
        #expect(
            taken() == [
                Record(
                    level: .warning, message: "Upstream given up",
                    metadata: [
                        "connection": "session", "session": try short(id), "uri": Self.uri, "attempt": "1",
                        "kind": "refused", "reason": "the upstream answered the websocket upgrade with status 403",
                    ])
            ])
        // A server's own words are not told, its code is.
        _ = try session(#","reconnect":false"#)
        try last.accept()
        _ = records.take()
        try lose(1012, "s3cret6")
        let record = try #require(records.take().first)
        #expect(record.level == .warning && record.message == "Upstream given up")
        #expect(record.metadata["cause"] == "server" && record.metadata["code"] == "1012")
        #expect(record.metadata["reason"] == nil && record.metadata["retry_in"] == nil)
    }

    @Test func aSessionThatIsNotMadeForWantOfAnUpstreamIsGivenUpThoughItWouldHaveTriedAgain() throws {
        let made = try harness.send(.post, "/sessions", Self.spec + "}")
        try fail(.timedOut)
        #expect(made.status == 502 || made.status == 504, "\(made.text)")
        let record = try #require(records.take().first)
        #expect(record.level == .warning && record.metadata["kind"] == "timed_out")
        #expect(record.metadata["retry_in"] == nil)
    }

    @Test func whatWasAskedForIsToldForDebuggingOnly() throws {
        let id = try session()
        try last.accept()
        try harness.send(.post, "/sessions/\(id)/disconnect")
        try lose(1000, "")
        #expect(records.messages == ["Upstream connected", "Upstream connection closed as asked"])
        #expect(records.all.allSatisfy { $0.level == .debug })
        #expect(records.all.last?.metadata["cause"] == "requested")
    }

    @Test func aNamedEndpointIsToldByItsNameAlone() throws {
        _ = try session("", #"{"endpoint":"chat""#)
        try last.accept()
        let record = try #require(records.take().first)
        #expect(record.metadata["endpoint"] == "chat" && record.metadata["uri"] == nil)
    }

    @Test func aClientOfACallIsToldAsOne() throws {
        try harness.send(
            .post, "/call", #"{"uri":"\#(Self.uri)?token=s3cret","topic":"t","event":"e","payload":{"v":"s3cret"}}"#)
        try last.accept()
        try lose(nil, "")
        let lost = try #require(records.all.last)
        #expect(records.messages.first == "Upstream connected")
        #expect(lost.metadata["connection"] == "call" && lost.metadata["uri"] == Self.uri)
        // The next call has another client: nothing is given up.
        #expect(lost.message == "Upstream connection lost" && lost.metadata["retry_in"] == nil)
        #expect(lost.metadata["session"]?.hasPrefix("local.") == true)
        #expect(!records.all.contains { $0.line.contains("s3cret") })
    }

    @Test func aSharedSocketIsToldOnceWithHowManyShareIt() throws {
        let spec = #"{"uri":"\#(Self.uri)?token=s3cret","socket":"shared""#
        for _ in 0..<3 {
            _ = try session("", spec)
            harness.transport.advance()
        }
        try last.accept()
        try lose(nil, "the network failed")
        #expect(records.messages == ["Upstream connected", "Upstream connection lost"])
        for record in records.all {
            #expect(record.metadata["connection"] == "shared" && record.metadata["sessions"] == "3")
            #expect(record.metadata["session"] == nil && record.metadata["uri"] == Self.uri)
        }
        #expect(records.all.last?.metadata["retry_in"] != nil)
    }

    @Test func aSharedSocketThatAllLeaveOverAFailureIsGivenUp() throws {
        try harness.send(.post, "/sessions", #"{"uri":"\#(Self.uri)","socket":"shared"}"#)
        harness.transport.advance()
        try fail(.timedOut)
        let record = try #require(records.take().last)
        #expect(record.message == "Upstream given up" && record.metadata["retry_in"] == nil)
    }

    @Test func thePrincipalIsNamedWhereThereIsOne() throws {
        let access = AccessHarness(FakeAuthenticator(.test("ann")), upstreamLogger: records.logger(.debug))
        _ = try access.session("ann")
        _ = try access.session("ann", #","socket":"shared""#)
        #expect(records.all.count == 2)
        #expect(records.all.allSatisfy { $0.metadata["principal"] == "ann" })
        _ = try session()
        try last.accept()
        #expect(records.all.count == 3 && records.all.last?.metadata["principal"] == nil)
    }

    @Test func nothingOfWhatASessionHasIsInAnyLine() throws {
        let id = try session()
        try last.accept()
        try last.receive(#"[null,null,"hidden","s3cret6",{"v":"s3cret7"}]"#)
        try lose(4_000, "s3cret8")
        harness.transport.advance(.seconds(60))
        try fail(.refused(UpgradeRefusal(status: 500, headers: [.init(name: "s3cret", value: "s3cret")], now: 0)))
        harness.transport.advance(.seconds(60))
        try last.accept()
        #expect(records.messages.count == 4)
        for record in records.all {
            for secret in ["s3cret", "hidden", id] { #expect(!record.line.contains(secret), "\(record.line)") }
        }
    }

    // MARK: Many at once

    /// So many sessions lose their connection at once.
    private func loseAll(_ count: Int, _ spec: String = Self.spec) throws {
        for _ in 0..<count {
            _ = try session("", spec)
            try last.accept()
        }
        _ = records.take()
        for link in harness.transport.links.suffix(count) {
            link.handler.transportClosed(code: nil, reason: "the network failed")
        }
    }

    @Test func anUpstreamThatAllSessionsLoseHasItsLinesAndThenACountOfTheOthers() throws {
        try loseAll(LineBudget.maxLines + 30)
        let lost = Array(repeating: "Upstream connection lost", count: LineBudget.maxLines)
        #expect(records.take().map(\.message) == lost)
        // Nothing else comes: the waiting thread tells.
        harness.time.advance(by: .seconds(2))
        #expect(
            records.take() == [
                Record(
                    level: .notice, message: "Lines on an upstream left out",
                    metadata: ["uri": Self.uri, "lost": "30"])
            ])
        harness.time.advance(by: .seconds(2))
        #expect(records.take().isEmpty)
    }

    @Test func whatWasLeftOutIsToldAheadOfTheNextWindowsLines() {
        let log = UpstreamLog(records.logger(.notice), Deadlines(time: harness.time))
        let subject = UpstreamSubject(use: .shared(sessions: 1), upstream: .endpoint("chat"), principal: "")
        for _ in 0...LineBudget.maxLines { log.tell(UpstreamNews(kind: .lost), of: subject) }
        #expect(records.take().count == LineBudget.maxLines)
        // The waiting thread is late.
        harness.time.stand(for: .seconds(3))
        log.tell(UpstreamNews(kind: .failed), of: subject)
        #expect(
            records.messages == ["Lines on an upstream left out", "Upstream could not be connected to"])
    }

    @Test func whatIsBelowTheLevelTakesNoRoom() {
        let quiet = RecordedLog()
        let log = UpstreamLog(quiet.logger(.warning), Deadlines(time: harness.time))
        let subject = UpstreamSubject(use: .shared(sessions: 1), upstream: .endpoint("chat"), principal: "")
        for _ in 0..<100 {
            log.tell(UpstreamNews(kind: .lost), of: subject)
            log.tell(UpstreamNews(kind: .connected), of: subject)
        }
        for _ in 0...LineBudget.maxLines { log.tell(UpstreamNews(kind: .givenUp), of: subject) }
        #expect(quiet.messages == Array(repeating: "Upstream given up", count: LineBudget.maxLines))
        harness.time.advance(by: .seconds(2))
        #expect(quiet.all.last?.level == .warning && quiet.all.last?.metadata == ["endpoint": "chat", "given_up": "1"])
    }

    @Test func connectionsThatAreMadeAreToldEachForDebugging() throws {
        for _ in 0..<(LineBudget.maxLines + 5) {
            _ = try session()
            try last.accept()
        }
        #expect(records.messages.count == LineBudget.maxLines + 5)
    }
}
