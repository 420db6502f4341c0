import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// api.md, "Waiting": how long a request waits that doesn't say, and one that says too much.
@Suite struct DefaultWaitTests {
    private let harness = GatewayHarness()

    private static let uri = #""uri":"ws://127.0.0.1:4000/""#

    private func joined() throws -> SessionHarness {
        let session = try harness.session()
        try session.join()
        return session
    }

    @Test(arguments: [
        (HTTPRequest.Method.post, "/sessions", "{\(uri)}", "connect-timeout"),
        (.put, "/sessions/n", "{\(uri)}", "connect-timeout"),
        (.post, "/call", #"{\#(uri),"topic":"t","event":"e"}"#, "connect-timeout"),
        (.post, "/disconnect", "", "await-timeout"), (.put, "/topics/u", "", "join-timeout"),
        (.delete, "/topics/t", "", "leave-timeout"), (.post, "/await", #"{"event":"never"}"#, "await-timeout"),
        (.get, "?until=disconnected", "", "await-timeout"), (.get, "/topics/t?until=left", "", "await-timeout"),
    ])
    func whatSlipstreamAwaitsIsAwaitedForFiveSeconds(
        _ method: HTTPRequest.Method, _ path: String, _ body: String, _ code: String
    ) throws {
        let session = try joined()
        let isOfSession = !path.hasPrefix("/sessions") && path != "/call"
        let waiting = try isOfSession ? session.send(method, path, body) : harness.send(method, path, body)
        harness.time.advance(by: .milliseconds(4_900))
        #expect(waiting.isWaiting)
        harness.time.advance(by: .milliseconds(200))
        #expect(waiting.status == 504 && waiting.string("code") == code, "\(waiting.text)")
    }

    @Test func aConnectIsAwaitedForFiveSeconds() throws {
        let session = try joined()
        _ = try session.send(.post, "/disconnect")
        session.link.handler.transportClosed(code: 1000, reason: "")
        let connect = try session.send(.post, "/connect")
        harness.time.advance(by: .milliseconds(4_900))
        #expect(connect.isWaiting)
        harness.time.advance(by: .milliseconds(200))
        #expect(connect.status == 504 && connect.string("code") == "connect-timeout", "\(connect.text)")
    }

    @Test func pushesRepliesAndReadsWaitForNothing() throws {
        let session = try joined()
        let push = try session.send(.post, "/topics/t/push", #"{"event":"e"}"#)
        #expect(push.status == 202)
        let ref = try #require(push.string("ref"))
        let statuses = try [
            "/replies/\(ref)", "/messages?after=latest", "/topics/t/messages?after=latest", "/events?after=latest",
            "/topics/t/presence",
        ].map { try session.send(.get, $0).status }
        #expect(statuses == [504, 200, 200, 200, 404])
    }

    @Test(arguments: ["wait=10m", "wait=600", "wait=56s"])
    func aLongWaitInTheQueryIsClampedAndTold(_ query: String) throws {
        let read = try joined().send(.get, "/messages?after=latest&\(query)")
        harness.time.advance(by: .milliseconds(54_900))
        #expect(read.isWaiting)
        harness.time.advance(by: .milliseconds(200))
        #expect(read.status == 200 && read.headers[.testPreferenceApplied] == "wait=55")
    }

    @Test func aPreferenceIsClampedAndToldWithAProblemToo() throws {
        let session = try joined()
        let prefer: HTTPFields = [.testPrefer: "wait=90"]
        let join = try session.send(.put, "/topics/u", headers: prefer)
        harness.time.advance(by: .milliseconds(54_900))
        #expect(join.isWaiting)
        harness.time.advance(by: .milliseconds(200))
        #expect(join.status == 504 && join.headers[.testPreferenceApplied] == "wait=55")
    }

    @Test func aPreferenceIsToldWithEachAnswer() throws {
        let session = try joined()
        let prefer: HTTPFields = [.testPrefer: "wait=90"]
        let push = try session.send(.post, "/topics/t/push", #"{"event":"e"}"#, headers: prefer)
        session.reply(2)
        let again = try session.send(.put, "/topics/t", headers: prefer)
        let create = try harness.send(.post, "/sessions", "{\(Self.uri)}", headers: prefer)
        harness.transport.links.last?.accept()
        harness.time.run()
        #expect([push, again, create].map(\.status) == [200, 200, 201])
        #expect([push, again, create].map { $0.headers[.testPreferenceApplied] } == ["wait=55", "wait=55", "wait=55"])
    }

    @Test func theQueryBeatsThePreference() throws {
        let read = try joined().send(.get, "/messages?after=latest&wait=1s", headers: [.testPrefer: "wait=30"])
        harness.time.advance(by: .milliseconds(1_100))
        #expect(read.status == 200 && read.headers[.testPreferenceApplied] == nil)
    }
}
