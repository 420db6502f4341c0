import HTTPCore
import HTTPTypes
import TestSupport
import Testing

@testable import Gateway

/// Who is let in: RFC 6750, and the paths that are open.
@Suite struct TokenRoutesTests {
    private let access = AccessHarness(
        FakeAuthenticator(
            .test("ann"), .test("reader", [.read]), .test("writer", [.write]), .test("scraper", [.metrics])))

    @Test func withoutATokenItIs401AndNothingIsSaidOfAnError() throws {
        for (method, path) in [
            (HTTPRequest.Method.get, "/sessions"), (.post, "/call"), (.get, "/nope"), (.get, "/metrics"),
        ] {
            let answer = try access.send(nil, method, path)
            #expect(answer.status == 401 && answer.string("code") == "unauthorized")
            #expect(answer.headers[.wwwAuthenticate] == #"Bearer realm="slipgate""#)
        }
    }

    @Test func anUnknownTokenIs401InvalidToken() throws {
        let answer = try access.send("nobody", .get, "/sessions")
        #expect(answer.status == 401 && answer.string("code") == "unauthorized")
        let challenge = try #require(answer.headers[.wwwAuthenticate])
        #expect(challenge.hasPrefix(#"Bearer realm="slipgate", error="invalid_token", error_description=""#))
        #expect(!answer.text.contains("nobody") && !challenge.contains("nobody"))
    }

    @Test(arguments: ["Bearer", "Bearer a b", "Bearer \u{E9}", "Bearer a,b"])
    func aHeaderThatIsNoBearerTokenIsRefused(_ value: String) throws {
        let answer = try access.harness.send(.get, "/sessions", headers: [.authorization: value])
        // A scheme without a token is as good as none.
        #expect(answer.status == (value == "Bearer" ? 401 : 400), "\(answer.text)")
        if answer.status == 400 {
            #expect(try #require(answer.headers[.wwwAuthenticate]).contains(#"error="invalid_request""#))
        }
    }

    @Test func twoTokensAre400AndAnotherSchemeIsNone() throws {
        var headers: HTTPFields = [:]
        headers.append(HTTPField(name: .authorization, value: "Bearer ann"))
        headers.append(HTTPField(name: .authorization, value: "Bearer ann"))
        #expect(try access.harness.send(.get, "/sessions", headers: headers).status == 400)
        let basic = try access.harness.send(.get, "/sessions", headers: [.authorization: "Basic YTpi"])
        #expect(basic.status == 401 && basic.headers[.wwwAuthenticate] == #"Bearer realm="slipgate""#)
        #expect(try access.harness.send(.get, "/sessions", headers: [.authorization: "bEARER ann"]).status == 200)
    }

    @Test func aTokenInTheQueryIsNotTaken() throws {
        #expect(try access.send(nil, .get, "/sessions?access_token=ann").status == 401)
        #expect(try access.send("ann", .get, "/sessions?access_token=ann").status == 400)
    }

    @Test func healthTheDocumentAndTheWelcomeNeedNoToken() throws {
        #expect(Permission.openPaths.count == 4)
        for path in ["/livez", "/readyz", "/openapi.yaml", "/"] {
            #expect(try access.send(nil, .get, path).status == 200)
            #expect(try access.send("nobody", .head, path).status == 200)
        }
    }

    @Test func scopesDecideWhatATokenIsFor() throws {
        let read = [(HTTPRequest.Method.get, "/sessions"), (.head, "/sessions"), (.post, "/sessions/x/await")]
        let write = [
            (HTTPRequest.Method.post, "/sessions"), (.put, "/sessions/n"), (.delete, "/sessions/n"), (.post, "/call"),
            (.get, "/listen"), (.post, "/sessions/x/topics/await/push"), (.delete, "/sessions/x/messages"),
        ]
        for (requests, allowed, scope) in [(read, "reader", "read"), (write, "writer", "write")] {
            for (method, path) in requests {
                #expect(try access.send(allowed, method, path).status != 403, "\(method) \(path)")
                let other = try access.send(allowed == "reader" ? "writer" : "reader", method, path)
                #expect(other.status == 403 && other.string("code") == "forbidden", "\(method) \(path)")
                let challenge = try #require(other.headers[.wwwAuthenticate])
                #expect(challenge.contains(#"error="insufficient_scope""#))
                #expect(challenge.hasSuffix(#"scope="\#(scope)""#))
            }
        }
        #expect(try access.send("ann", .get, "/metrics").status == 403)
        #expect(try access.send("scraper", .get, "/metrics").status != 403)
        #expect(try access.send("scraper", .get, "/sessions").status == 403)
    }

    @Test func whatIsKnownLaterIsAnsweredLater() throws {
        let waiting = try (0..<2).map { _ in try access.send("later", .get, "/sessions") }
        #expect(waiting.allSatisfy { $0.isWaiting })
        access.authenticator.answer(.principal(.test("ann")))
        #expect(waiting.allSatisfy { $0.status == 200 })
        let refused = try access.send("later", .get, "/sessions")
        access.authenticator.answer(.refused(.expired))
        #expect(refused.status == 401 && refused.text.contains("expired"))
        let busy = try access.send("later", .get, "/sessions")
        access.authenticator.answer(.busy)
        #expect(busy.status == 503 && busy.string("code") == "capacity" && busy.headers[.retryAfter] == "1")
    }

    @Test func aClientThatLeavesBeforeItIsKnownHasAskedForNothing() throws {
        let creation = try access.send("later", .post, "/sessions?wait=0", #"{"uri":"ws://127.0.0.1:4000/s"}"#)
        creation.hangUp()
        access.authenticator.answer(.principal(.test("ann")))
        #expect(access.harness.gateway.sessionCount == 0 && access.harness.transport.links.isEmpty)
    }

    @Test func aClientThatLeavesWhileItIsServedIsDropped() throws {
        let id = try access.session("ann")
        let read = try access.send("later", .get, "/sessions/\(id)/messages?after=latest&wait=30s")
        access.authenticator.answer(.principal(.test("ann")))
        #expect(read.isWaiting)
        read.hangUp()
        try access.send("ann", .delete, "/sessions/\(id)")
        #expect(read.status == nil)
    }

    @Test func withAccessControlAnyHostIsTakenAndAnotherSiteIsNot() throws {
        #expect(try access.send("ann", .get, "/sessions", headers: [.testHost: "gateway.internal:99"]).status == 200)
        for (origin, site, status) in [
            ("https://slipgate.example.com", "same-origin", 200), ("http://slipgate.example.com", nil, 200),
            // A proxy has changed the host: the browser's own word counts.
            ("https://public.example.com", "same-origin", 200), ("https://evil.example", nil, 403),
            ("https://evil.example", "cross-site", 403), ("https://www.slipgate.example.com", "same-site", 403),
        ] {
            var headers: HTTPFields = [.origin: origin]
            if let site { headers[.testFetchSite] = site }
            #expect(try access.send("ann", .get, "/sessions", headers: headers).status == status, "\(origin)")
        }
    }
}
