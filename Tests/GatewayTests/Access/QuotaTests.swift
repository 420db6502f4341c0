import Gateway
import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// Sessions by principal, and topics by session.
@Suite struct QuotaTests {
    private let spec = #"{"uri":"ws://127.0.0.1:4000/s"}"#

    @Test func pastItsSessionsAPrincipalIsRefusedAndAnotherIsNot() throws {
        let access = AccessHarness(
            FakeAuthenticator(
                .test("ann"), .test("bob"), .test("more", quotas: Principal.Quotas(maxSessions: 3)),
                .test("all", quotas: Principal.Quotas(maxSessions: 0)))
        ) { $0.maxSessionsPerPrincipal = 2 }
        let first = try access.session("ann")
        _ = try access.session("ann")
        for (method, path) in [(HTTPRequest.Method.post, "/sessions"), (.put, "/sessions/n")] {
            let refused = try access.send("ann", method, path, spec)
            #expect(refused.status == 429 && refused.string("code") == "too-many-requests")
            #expect(refused.string("quota") == "max_sessions" && refused.headers[.retryAfter] != nil)
        }
        _ = try access.session("bob")
        for _ in 0..<3 { _ = try access.session("more") }
        #expect(try access.send("more", .post, "/sessions", spec).status == 429)
        for _ in 0..<4 { _ = try access.session("all") }
        try access.send("ann", .delete, "/sessions/\(first)")
        _ = try access.session("ann")
        #expect(try access.send("ann", .post, "/sessions", spec).status == 429)
    }

    @Test func aSessionThatNeverCameToBeIsNotCounted() throws {
        let access = AccessHarness(FakeAuthenticator(.test("ann"))) { $0.maxSessionsPerPrincipal = 1 }
        for _ in 0..<3 {
            let failed = try access.send("ann", .post, "/sessions?wait=1s", spec)
            access.harness.time.advance(by: .seconds(2))
            #expect(failed.status == 504)
        }
        _ = try access.session("ann")
    }

    @Test func theTopicsOfASessionAreASetting() throws {
        let harness = GatewayHarness { $0.maxTopics = 1 }
        let session = try harness.session()
        try session.join()
        for (method, path, body) in [
            (HTTPRequest.Method.put, "/topics/u", ""), (.post, "/topics/u/push?join=true&wait=1s", #"{"event":"e"}"#),
        ] {
            let refused = try session.send(method, path, body)
            #expect(refused.status == 503 && refused.string("code") == "too-many-topics")
            #expect(refused.text.contains("remembers 1 topics"))
        }
        let topics = #"{"uri":"ws://127.0.0.1:4000/s","topics":[{"topic":"a"},{"topic":"b"}]}"#
        #expect(try harness.send(.post, "/sessions", topics).status == 400)
    }
}
