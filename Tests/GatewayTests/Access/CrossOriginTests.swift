import Gateway
import HTTPCore
import HTTPTypes
import TestSupport
import Testing

/// CORS: off, but for the origins that are listed.
@Suite struct CrossOriginTests {
    private static let origin = "https://app.example.com"

    private let access = AccessHarness(FakeAuthenticator(.test("ann"))) { $0.corsOrigins = [origin] }
    private let preflight: HTTPFields = [
        .origin: origin, .accessControlRequestMethod: "PUT", .testFetchSite: "cross-site",
    ]

    private func words(_ pending: GatewayHarness.Pending, _ name: HTTPField.Name) -> Set<String> {
        Set((pending.headers[name] ?? "").split(separator: ",").map { $0.drop { $0 == " " } }.map(String.init))
    }

    @Test func aListedOriginsPreflightIsAnsweredWithoutAToken() throws {
        let answer = try access.send(nil, .options, "/sessions/x/topics/t", headers: preflight)
        #expect(answer.status == 204 && answer.headers[.accessControlAllowOrigin] == Self.origin)
        #expect(words(answer, .accessControlAllowMethods).isSuperset(of: ["GET", "POST", "PUT", "PATCH", "DELETE"]))
        #expect(
            words(answer, .accessControlAllowHeaders).isSuperset(of: [
                "Authorization", "Content-Type", "Idempotency-Key", "Last-Event-ID", "Prefer", "Slipgate-Node",
                "Traceparent", "Tracestate",
            ]))
        #expect(answer.headers[.accessControlMaxAge] != nil && answer.headers[.vary] == "Origin")
        #expect(answer.headers[.accessControlAllowCredentials] == nil)
    }

    @Test func aListedOriginsPageMayReadTheAnswerAndItsHeaders() throws {
        let headers: HTTPFields = [.origin: Self.origin, .testFetchSite: "cross-site"]
        let answer = try access.send("ann", .get, "/sessions", headers: headers)
        #expect(answer.status == 200 && answer.headers[.accessControlAllowOrigin] == Self.origin)
        #expect(
            words(answer, .accessControlExposeHeaders).isSuperset(of: [
                "X-Request-Id", "Location", "ETag", "Retry-After", "Slipgate-Cursor", "RateLimit", "WWW-Authenticate",
            ]))
        // A script has to be able to read why it is refused, too.
        let refused = try access.send(nil, .get, "/sessions", headers: headers)
        #expect(refused.status == 401 && refused.headers[.accessControlAllowOrigin] == Self.origin)
    }

    @Test(arguments: ["https://evil.example", "http://app.example.com", "https://app.example.com:8443", "null"])
    func anotherOriginIs403AndItsPreflightIsNotAnswered(_ origin: String) throws {
        var headers = preflight
        headers[.origin] = origin
        let answer = try access.send(nil, .options, "/sessions", headers: headers)
        #expect(answer.status == 403 && answer.headers[.accessControlAllowOrigin] == nil)
        let request = try access.send("ann", .get, "/sessions", headers: [.origin: origin])
        #expect(request.status == 403 && request.headers[.accessControlAllowOrigin] == nil)
    }

    @Test func theGatewaysOwnPageIsToldNothing() throws {
        let answer = try access.send("ann", .get, "/sessions", headers: [.origin: "http://slipgate.example.com"])
        #expect(answer.status == 200 && answer.headers[.accessControlAllowOrigin] == nil)
    }

    @Test func whatHasNoOriginVariesByItNevertheless() throws {
        let answer = try access.send("ann", .get, "/sessions")
        #expect(answer.headers[.vary] == "Origin" && answer.headers[.accessControlAllowOrigin] == nil)
        #expect(try access.send(nil, .get, "/").headers[values: .vary] == ["Accept", "Origin"])
        let cross = try access.send("ann", .get, "/sessions", headers: [.testFetchSite: "cross-site"])
        #expect(cross.status == 403)
    }

    @Test func withoutAListThereIsNoTraceOfCORS() throws {
        let access = AccessHarness(FakeAuthenticator(.test("ann")))
        let answer = try access.send("ann", .get, "/sessions")
        #expect(answer.headers[.vary] == nil && answer.headers[.accessControlAllowOrigin] == nil)
        #expect(try access.send(nil, .options, "/sessions", headers: preflight).status == 403)
    }

    @Test func aListedOriginMayAskWhereThereIsNoAccessControl() throws {
        let harness = GatewayHarness { $0.corsOrigins = [Self.origin] }
        #expect(try harness.send(.options, "/sessions", headers: preflight).status == 204)
        #expect(try harness.send(.get, "/sessions", headers: [.origin: Self.origin]).status == 200)
        // Its host is loopback's all the same.
        let headers: HTTPFields = [.origin: Self.origin, .testHost: "gateway.example.com"]
        #expect(try harness.send(.get, "/sessions", headers: headers).status == 421)
    }
}
