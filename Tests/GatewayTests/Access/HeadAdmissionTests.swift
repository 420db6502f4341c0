import HTTPCore
import HTTPTypes
import Synchronization
import TestSupport
import Testing

@testable import Gateway

/// Who is let in by the head of a request, before its body comes, and what is known of it then.
@Suite struct HeadAdmissionTests {
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

    /// What is said by the head of a request with a body, or of one without.
    private func admission(_ request: Request, hasBody: Bool = true) -> Box {
        let box = Box()
        let known = access.harness.gateway.admit(request, hasBody: hasBody) { box.keep($0) }
        if let known { box.keep(known) }
        return box
    }

    private final class Box: Sendable {
        private let kept = Mutex<Admission?>(nil)

        func keep(_ admission: Admission) { kept.withLock { $0 = admission } }

        /// The status of what is answered by the head.
        var status: Int? {
            if case .answered(let response) = kept.withLock({ $0 }) { response.status.code } else { nil }
        }
        var headers: HTTPFields {
            if case .answered(let response) = kept.withLock({ $0 }) { response.headers } else { [:] }
        }
        var admitted: Request? {
            if case .admitted(let request) = kept.withLock({ $0 }) { request } else { nil }
        }
    }

    private func refusal(
        _ token: String?, _ path: String = "/sessions", method: HTTPRequest.Method = .post, headers: HTTPFields = [:]
    ) throws -> Int? {
        admission(try request(token, path, method: method, headers: headers)).status
    }

    @Test func whoMayNotAskIsRefusedByTheHead() throws {
        #expect(try refusal(nil) == 401)
        #expect(try refusal("Bearer nobody") == 401)
        #expect(try refusal("Basic YTpi") == 401)
        #expect(try refusal("Bearer eve") == 403)
        #expect(try refusal("Bearer ann", headers: [.origin: "https://evil.example"]) == 403)
    }

    @Test(arguments: ["/", "/livez", "/readyz", "/openapi.yaml"])
    func whatNeedsNoTokenTakesNoBody(_ path: String) throws {
        let post = admission(try request(nil, path))
        #expect(post.status == 405 && post.headers[.allow] == "GET, HEAD, OPTIONS")
        #expect(try refusal(nil, path, method: .get) == 413)
        #expect(admission(try request(nil, path, method: .get), hasBody: false).admitted != nil)
        // So say the routes.
        let routes = access.harness.gateway.router.routes.filter { $0.template == path }
        #expect(routes.map(\.method) == [.get])
    }

    @Test func aPreflightIsAnsweredByTheHead() throws {
        let headers: HTTPFields = [.origin: "https://app.example", .accessControlRequestMethod: "PUT"]
        #expect(try refusal(nil, method: .options, headers: headers) == 204)
        #expect(try refusal(nil, method: .options) == 401)
    }

    @Test func whoMayAskIsLetInAsWhoItIsAndNotAskedAgain() throws {
        let admitted = try #require(admission(try request("Bearer ann", "/sessions", method: .get)).admitted)
        #expect(admitted.principal.name == "ann")
        let answer = GatewayHarness.Pending(access.harness.gateway.respond(to: admitted))
        #expect(answer.status == 200 && answer.headers[.rateLimit] == #""requests";r=99;t=1"#)
        #expect(access.authenticator.askedCount == 1)
    }

    @Test func aTokenThatTakesLongerIsLookedAtOnceWhateverItIs() throws {
        let good = admission(try request("Bearer later", "/sessions", method: .get))
        let bad = admission(try request("Bearer later"))
        #expect(good.status == nil && good.admitted == nil && bad.status == nil)
        access.authenticator.answer(.refused(.signature))
        #expect(good.status == 401 && bad.status == 401 && access.authenticator.askedCount == 2)
        let next = admission(try request("Bearer later", "/sessions", method: .get))
        access.authenticator.answer(.principal(.test("ann")))
        let answer = GatewayHarness.Pending(access.harness.gateway.respond(to: try #require(next.admitted)))
        #expect(answer.status == 200 && access.authenticator.askedCount == 3)
    }

    /// A body that never comes to its end counts, too.
    @Test func theRateIsCountedByTheHead() throws {
        for _ in 0..<100 { #expect(admission(try request("Bearer ann")).admitted != nil) }
        let last = admission(try request("Bearer ann"))
        #expect(last.status == 429 && last.headers[.rateLimit] == #""requests";r=0;t=1"#)
    }

    @Test func aPathIsTakenFromWithinTheBasePathOnce() throws {
        let harness = AccessHarness(FakeAuthenticator(.test("ann"))) { $0.basePath = BasePath("/gate") ?? .root }
        let gateway = harness.harness.gateway
        let inside = try request("Bearer ann", "/gate/sessions", method: .get)
        guard case .admitted(let admitted) = gateway.admit(inside, hasBody: false, later: { _ in }) else {
            Issue.record("it isn't let in")
            return
        }
        #expect(GatewayHarness.Pending(gateway.respond(to: admitted)).status == 200)
        let outside = try request("Bearer ann", "/sessions")
        guard case .answered(let response) = gateway.admit(outside, hasBody: true, later: { _ in }) else {
            Issue.record("it is let in")
            return
        }
        #expect(response.status == .notFound)
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
