import Gateway
import HTTPCore
import HTTPTypes
import TestSupport
import Testing

/// What came through a proxy, where no caller shows a token: README, "Behind a proxy".
@Suite struct ProxiedRequestTests {
    private static let names = [
        "Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Prefix", "X-Forwarded-Proto", "X-Real-IP",
        "Via",
    ]

    private func headers(_ name: String, _ value: String = "127.0.0.1") throws -> HTTPFields {
        [try #require(HTTPField.Name(name)): value, .testHost: "localhost"]
    }

    @Test(arguments: names) func withoutAccessControlItIsRefused(_ name: String) throws {
        let harness = GatewayHarness()
        for (path, value) in [("/sessions", "127.0.0.1"), ("/livez", "127.0.0.1"), ("/sessions", "")] {
            let refused = try harness.send(.get, path, headers: headers(name.lowercased(), value))
            #expect(refused.status == 403 && refused.string("code") == "forbidden", "\(refused.text)")
            let detail = try #require(refused.string("detail"))
            #expect(["'\(name)'", "tokens_file", "proxy_decides_access"].allSatisfy(detail.contains), "\(detail)")
        }
        // Before its body is heard, too.
        let head = Request(
            id: "r", method: .post, target: try RequestTarget(Array("/sessions".utf8)), headers: try headers(name))
        guard case .answered(let response) = harness.gateway.admit(head, hasBody: true, later: { _ in }) else {
            Issue.record("it is let in")
            return
        }
        #expect(response.status == .forbidden)
    }

    @Test func whatALocalScriptSendsIsServed() throws {
        let headers: HTTPFields = [
            .testHost: "localhost:8080", .userAgent: "curl/7.88.1", .accept: "*/*", .authorization: "Bearer x",
        ]
        #expect(try GatewayHarness().send(.get, "/sessions", headers: headers).status == 200)
    }

    @Test(arguments: names) func whereTheProxyDecidesItIsServedForLoopbacksHosts(_ name: String) throws {
        let harness = GatewayHarness { $0.proxyDecidesAccess = true }
        var headers = try headers(name)
        #expect(try harness.send(.get, "/sessions", headers: headers).status == 200)
        headers[.testHost] = "evil.example"
        #expect(try harness.send(.get, "/sessions", headers: headers).status == 421)
    }

    @Test(arguments: names) func whereCallersShowTokensItIsServed(_ name: String) throws {
        let access = AccessHarness(FakeAuthenticator(.test("ann")))
        #expect(try access.send("ann", .get, "/sessions", headers: headers(name)).status == 200)
        #expect(try access.send(nil, .get, "/sessions", headers: headers(name)).status == 401)
    }

    @Test func theListenerForHealthAndMetricsTakesIt() throws {
        let admin = GatewayHarness().gateway.adminResponder { .free }
        let request = Request(
            id: "r", method: .get, target: try RequestTarget(Array("/livez".utf8)), headers: try headers("Via"))
        #expect(GatewayHarness.Pending(admin.respond(to: request)).status == 200)
    }
}
