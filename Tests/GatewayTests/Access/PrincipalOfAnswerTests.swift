import HTTPCore
import HTTPTypes
import Synchronization
import TestSupport
import Testing

@testable import Gateway

/// Whose request an answer is to, as who observes requests is told.
@Suite struct PrincipalOfAnswerTests {
    private let authenticator = FakeAuthenticator(.test("ann"), .test("reader", [.read]))

    private func answer(
        _ token: String?, _ method: HTTPRequest.Method = .get, _ target: String = "/sessions", _ body: String = "",
        origin: String? = nil, in harness: GatewayHarness
    ) throws -> Answer {
        var headers: HTTPFields = [.testHost: "127.0.0.1:8080"]
        if let token { headers[.authorization] = "Bearer \(token)" }
        if let origin { headers[.origin] = origin }
        return harness.gateway.respond(
            to: Request(
                id: "r", method: method, target: try RequestTarget(Array(target.utf8)), headers: headers,
                body: Array(body.utf8)))
    }

    private func principal(
        _ token: String?, _ method: HTTPRequest.Method = .get, _ target: String = "/sessions", _ body: String = "",
        in harness: GatewayHarness
    ) throws -> String? {
        switch try answer(token, method, target, body, in: harness) {
        case .now(let response): response.principal
        case .later(let promise): promise.principal
        }
    }

    @Test func anAnswerIsToItsPrincipalAlsoWhereThatMayNotAskForIt() throws {
        let harness = GatewayHarness(authenticator: authenticator)
        #expect(try principal("ann", in: harness) == "ann")
        let body = #"{"uri":"ws://127.0.0.1:4000/s"}"#
        #expect(try principal("ann", .post, "/sessions", body, in: harness) == "ann")
        #expect(try principal("reader", .post, "/sessions", body, in: harness) == "reader")
    }

    @Test func nobodyIsNamedWhereNobodyWasLetInOrAsked() throws {
        let harness = GatewayHarness(authenticator: authenticator)
        #expect(try principal("unknown", in: harness) == nil)
        #expect(try principal(nil, in: harness) == nil)
        #expect(try principal("ann", .get, "/livez", in: harness) == nil)
        #expect(try principal(nil, in: GatewayHarness()) == nil)
    }

    @Test(arguments: [nil, "https://app.example.com"])
    func aPrincipalThatIsKnownLaterIsNamedThen(_ origin: String?) throws {
        let harness = GatewayHarness(authenticator: authenticator) { $0.corsOrigins = ["https://app.example.com"] }
        guard case .later(let now) = try answer("later", origin: origin, in: harness),
            case .later(let waiting) = try answer(
                "later", .post, "/sessions", #"{"uri":"ws://127.0.0.1:4000/s"}"#, origin: origin, in: harness)
        else {
            Issue.record("the token is not verified yet")
            return
        }
        #expect(now.principal == nil && waiting.principal == nil)
        let told = Mutex<String?>(nil)
        now.onOutcome { outcome in
            if case .fulfilled(let response) = outcome { told.withLock { $0 = response.principal } }
        }
        authenticator.answer(.principal(.test("ann")))
        #expect(told.withLock { $0 } == "ann")
        // Also of one whose client does not wait for the answer.
        waiting.abandon()
        #expect(waiting.principal == "ann" && waiting.route != nil)
    }
}
