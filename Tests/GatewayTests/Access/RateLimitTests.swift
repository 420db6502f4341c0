import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

@testable import Gateway

/// Requests a second, by principal.
@Suite struct RateLimitTests {
    private let access = AccessHarness(
        FakeAuthenticator(
            .test("ann"), .test("bob"), .test("fast", quotas: Principal.Quotas(requestsPerSecond: 0)),
            .test("slow", quotas: Principal.Quotas(requestsPerSecond: 1)))
    ) { $0.requestsPerSecond = 2 }

    private func get(_ token: String?, _ path: String = "/sessions") throws -> GatewayHarness.Pending {
        try access.send(token, .get, path)
    }

    @Test func pastTheLimitItIs429UntilTheSecondIsOver() throws {
        let first = try get("ann")
        #expect(first.status == 200)
        #expect(first.headers[.rateLimitPolicy] == #""requests";q=2;w=1"#)
        #expect(first.headers[.rateLimit] == #""requests";r=1;t=1"#)
        #expect(try get("ann").headers[.rateLimit] == #""requests";r=0;t=1"#)
        let third = try get("ann")
        #expect(third.status == 429 && third.string("code") == "rate-limited" && third.headers[.retryAfter] == "1")
        #expect(third.headers[.rateLimit] == #""requests";r=0;t=1"#)
        #expect(third.json.member("sent")?.bool == false && third.json.member("retryable")?.bool == true)
        access.harness.time.advance(by: .milliseconds(500))
        #expect(try get("ann").status == 200 && get("ann").status == 429)
    }

    @Test func eachPrincipalHasItsOwn() throws {
        for _ in 0..<2 { #expect(try get("ann").status == 200) }
        #expect(try get("ann").status == 429 && get("bob").status == 200)
        #expect(try get("slow").status == 200 && get("slow").status == 429)
        for _ in 0..<9 {
            let answer = try get("fast")
            #expect(answer.status == 200 && answer.headers[.rateLimit] == nil)
        }
    }

    @Test func whatNeedsNoTokenIsNotCountedAndNeitherIsABadOne() throws {
        for _ in 0..<9 {
            #expect(try get("ann", "/livez").status == 200)
            #expect(try get("nobody").status == 401)
        }
        #expect(try get("ann").headers[.rateLimit] == #""requests";r=1;t=1"#)
    }

    @Test func whatIsAnsweredLaterTellsWhatWasLeftWhenItCame() throws {
        let id = try access.session("ann")
        let read = try get("ann", "/sessions/\(id)/messages?after=latest&wait=10s")
        access.harness.time.advance(by: .seconds(11))
        #expect(read.status == 200 && read.headers[.rateLimit] == #""requests";r=0;t=1"#)
    }

    @Test func withoutAccessControlAllCallersShareOne() throws {
        let harness = GatewayHarness { $0.requestsPerSecond = 1 }
        #expect(try harness.send(.get, "/sessions").status == 200 && harness.send(.get, "/sessions").status == 429)
    }

    @Test func onlyPrincipalsOfTheLastSecondAreKept() {
        let time = ManualTime()
        let limiter = RateLimiter(standard: 1, time: time)
        for index in 0..<RateLimiter.maxPrincipals { #expect(limiter.take(.test("p\(index)"))?.isAllowed == true) }
        // No room: refused rather than let through, and those that are known go on.
        #expect(limiter.take(.test("new"))?.isAllowed == false)
        #expect(limiter.count == RateLimiter.maxPrincipals)
        time.advance(by: .seconds(1))
        #expect(limiter.take(.test("p7"))?.isAllowed == true)
        #expect(limiter.take(.test("new"))?.isAllowed == true)
        #expect(limiter.count == 2)
    }
}
