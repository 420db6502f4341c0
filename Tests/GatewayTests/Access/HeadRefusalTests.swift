import HTTPCore
import HTTPTypes
import TestSupport
import Testing

@testable import Gateway

/// What is refused before a body comes, and what is known of a request that came through the gate.
@Suite struct HeadRefusalTests {
    private let access = AccessHarness(FakeAuthenticator(.test("ann"), .test("eve", []))) { configuration in
        configuration.requestsPerSecond = 100
        configuration.corsOrigins = ["https://app.example"]
    }

    private func request(
        _ token: String?, _ path: String = "/sessions", method: HTTPRequest.Method = .post, headers: HTTPFields = [:]
    ) throws -> Request {
        var headers = headers
        headers[.testHost] = "slipgate.example.com"
        if let token { headers[.authorization] = token }
        return Request(id: "r", method: method, target: try RequestTarget(Array(path.utf8)), headers: headers)
    }

    private func refusal(_ token: String?, _ path: String = "/sessions", headers: HTTPFields = [:]) throws -> Int? {
        access.harness.gateway.refusal(ofHead: try request(token, path, headers: headers))?.status.code
    }

    @Test func whoMayNotAskIsRefusedByTheHead() throws {
        #expect(try refusal(nil) == 401)
        #expect(try refusal("Bearer nobody") == 401)
        #expect(try refusal("Basic YTpi") == 401)
        #expect(try refusal("Bearer ann", headers: [.origin: "https://evil.example"]) == 403)
        // Its body is not asked for; another path needs no token.
        #expect(try refusal(nil, "/livez") == nil)
    }

    @Test func whoMayAskOrIsKnownLaterIsHeard() throws {
        #expect(try refusal("Bearer ann") == nil)
        #expect(try refusal("Bearer later") == nil)
    }

    /// What limits and origins add to an answer doesn't hide where it is from.
    @Test func aWaitingAnswerHasItsRoute() throws {
        let id = try access.session("ann")
        let headers: HTTPFields = [.origin: "https://app.example"]
        let waiting = try request(
            "Bearer ann", "/sessions/\(id)/messages?wait=10s&after=latest", method: .get, headers: headers)
        guard case .later(let promise) = access.harness.gateway.respond(to: waiting) else {
            Issue.record("it doesn't wait")
            return
        }
        let templates = access.harness.gateway.router.templates
        #expect(promise.route.map { templates[$0] } == "/sessions/{id}/messages")
        promise.abandon()
    }
}
