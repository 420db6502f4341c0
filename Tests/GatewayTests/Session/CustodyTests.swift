import Gateway
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// api.md, "Sessions": secrets and the uri's query are never shown; "Errors".
@Suite struct CustodyTests {
    private let harness = GatewayHarness()
    private let body =
        #"{"uri":"ws://127.0.0.1:4000/s?q=s3cret1","params":{"p":"s3cret2"},"headers":{"X-T":"s3cret3"},"#
        + #""auth_token":"s3cret4","topics":[{"topic":"t","params":{"k":"s3cret5"}}]}"#
    /// The token as it is sent, too.
    private let secrets = ["s3cret", "czNjcmV0"]

    /// The same for a session that shares its socket.
    private var sharedBody: String { body.dropLast() + #","socket":"shared"}"# }

    private func settle() {
        harness.transport.advance()
        harness.time.run()
    }

    private func expectNone(_ answer: GatewayHarness.Pending, _ status: Int) {
        #expect(answer.status == status, "\(answer.text)")
        let shown = answer.text + answer.headers.map(\.value).joined()
        for secret in secrets { #expect(!shown.contains(secret), "\(shown)") }
    }

    private func named() throws -> ScriptedLink {
        let made = try harness.send(.put, "/sessions/n", body)
        let link = try #require(harness.transport.links.last)
        link.accept()
        SessionHarness(harness: harness, id: "n", link: link).reply(1)
        expectNone(made, 201)
        #expect(link.endpoint.target.contains("s3cret1") && link.endpoint.target.contains("s3cret2"))
        return link
    }

    @Test func noSecretIsInASessionNorInTheList() throws {
        let link = try named()
        expectNone(try harness.send(.get, "/sessions/n"), 200)
        expectNone(try harness.send(.get, "/sessions"), 200)
        expectNone(try harness.send(.get, "/sessions/n/topics"), 200)
        expectNone(try harness.send(.get, "/sessions/n/topics/t?until=joined"), 200)
        expectNone(try harness.send(.put, "/sessions/n", body), 200)
        let patch = #"{"params":{"p":"s3cret6"},"headers":{"X-T":"s3cret7"},"auth_token":"s3cret8"}"#
        expectNone(try harness.send(.patch, "/sessions/n", patch), 200)
        link.handler.transportClosed(code: 1012, reason: "")
        expectNone(try harness.send(.get, "/sessions/n"), 200)
        expectNone(try harness.send(.get, "/sessions/n/events"), 200)
    }

    @Test func noSecretIsInTheProblemsOfConnecting() throws {
        for error: ConnectError in [
            .timedOut, .failed(reason: "nothing listens"),
            .refused(UpgradeRefusal(status: 403, body: Array("s3cret9".utf8), now: 0)),
        ] {
            let failed = try harness.send(.post, "/sessions", body)
            harness.transport.links.last?.handler.transportFailed(error)
            expectNone(failed, error == .timedOut ? 504 : 502)
        }
        let link = try named()
        link.handler.transportClosed(code: 1012, reason: "")
        let connect = try harness.send(.post, "/sessions/n/connect")
        harness.transport.links.last?.handler.transportFailed(.refused(UpgradeRefusal(status: 401, now: 0)))
        expectNone(connect, 502)
        expectNone(try harness.send(.get, "/sessions/n?until=connected"), 502)
        expectNone(try harness.send(.get, "/sessions/n"), 200)
        expectNone(try harness.send(.get, "/sessions/n/events"), 200)
    }

    @Test func noSecretIsInSessionsThatShareASocketNorInWhatTheyAreTold() throws {
        let first = try harness.send(.put, "/sessions/n", sharedBody)
        settle()
        let second = try harness.send(.post, "/sessions", sharedBody)
        settle()
        let link = try #require(harness.transport.links.last)
        #expect(harness.transport.links.count == 1 && link.endpoint.target.contains("s3cret1"))
        link.accept()
        SessionHarness(harness: harness, id: "n", link: link).reply(1)
        settle()
        for answer in [first, second] { expectNone(answer, 201) }
        let patch = #"{"params":{"p":"s3cret6"},"headers":{"X-T":"s3cret7"},"auth_token":"s3cret8"}"#
        expectNone(try harness.send(.patch, "/sessions/n", patch), 200)
        expectNone(try harness.send(.put, "/sessions/n", sharedBody), 200)
        expectNone(try harness.send(.put, "/sessions/n", body), 409)
        expectNone(try harness.send(.put, "/sessions/n/topics/t", #"{"params":{"k":"s3cret6"}}"#), 409)
        expectNone(try harness.send(.get, "/sessions"), 200)
        let down = try harness.send(.post, "/sessions/n/disconnect")
        settle()
        expectNone(down, 200)
        expectNone(try harness.send(.patch, "/sessions/n", patch), 200)
        let up = try harness.send(.post, "/sessions/n/connect")
        settle()
        #expect(harness.transport.links.last?.endpoint.target.contains("s3cret6") == true)
        harness.transport.links.last?.handler.transportFailed(
            .refused(UpgradeRefusal(status: 403, body: Array("s3cret9".utf8), now: 0)))
        settle()
        expectNone(up, 502)
        expectNone(try harness.send(.get, "/sessions/n?until=connected"), 502)
        expectNone(try harness.send(.post, "/sessions/n/topics/t/push", #"{"event":"e","payload":{}}"#), 503)
        for path in ["", "/n", "/n/topics", "/n/events"] { expectNone(try harness.send(.get, "/sessions\(path)"), 200) }
        let url = try #require(second.string("url"))
        link.handler.transportClosed(code: 1012, reason: "")
        settle()
        for path in ["", "/topics/t", "/events"] { expectNone(try harness.send(.get, url + path), 200) }
    }

    @Test func noSecretIsInWhatIsSaidOfAnEndedSession() throws {
        let link = try named()
        let id = try #require(try harness.send(.get, "/sessions/n").string("id"))
        expectNone(try harness.send(.delete, "/sessions/n"), 204)
        link.handler.transportClosed(code: 1000, reason: "")
        for name in ["n", id] {
            expectNone(try harness.send(.get, "/sessions/\(name)"), 410)
            expectNone(try harness.send(.patch, "/sessions/\(name)", #"{"auth_token":"s3cret6"}"#), 410)
        }
        expectNone(try harness.send(.get, "/sessions"), 200)
    }

    @Test func noSecretIsInTheProblemOfATimeout() throws {
        for body in [body, sharedBody] {
            let late = try harness.send(.post, "/sessions?wait=1s", body)
            harness.time.advance(by: .seconds(2))
            expectNone(late, 504)
        }
    }

    @Test(arguments: [
        #"{"uri":"ws://127.0.0.1:4000/s?q=s3cret0","params":{"p":"s3cret2"},"topics":[]}"#,
        #"{"uri":"ws://127.0.0.1:4000/s?q=s3cret1","params":{"p":"s3cret0"},"topics":[]}"#,
    ])
    func noSecretIsInAConflict(_ other: String) throws {
        _ = try named()
        expectNone(try harness.send(.put, "/sessions/n", other), 409)
    }

    @Test(arguments: [
        #"{"uri":"ws://127.0.0.1:4000/s?vsn=s3cret"}"#, #"{"uri":"ws://127.0.0.1:99999/s?q=s3cret"}"#,
        #"{"uri":"ws://u:s3cret@127.0.0.1/"}"#, #"{"uri":"http://127.0.0.1/?s3cret"}"#, #"{"uri":"s3cret"}"#,
        #"{"uri":"ws://127.0.0.1/#s3cret"}"#, #"{"uri":"ws://127.0.0.1/","params":"s3cret"}"#,
        #"{"uri":"ws://127.0.0.1/","params":{"vsn":"s3cret"}}"#, #"{"uri":"ws://127.0.0.1/","params":{"a":"s3cret"}"#,
        #"{"uri":"ws://127.0.0.1/","headers":{"Host":"s3cret"}}"#,
        #"{"uri":"ws://127.0.0.1/","headers":{"X":"s3cret\u0000"}}"#,
        #"{"uri":"ws://127.0.0.1/","headers":{"X":["s3cret"]}}"#,
        #"{"uri":"ws://127.0.0.1/","auth_token":["s3cret"]}"#,
    ])
    func noSecretIsInARefusalOfABody(_ body: String) throws {
        expectNone(try harness.send(.post, "/sessions", body), 400)
        expectNone(try harness.send(.put, "/sessions/x", body), 400)
    }

    @Test func noSecretIsInTheRefusalOfAnUpstreamElsewhere() throws {
        expectNone(
            try harness.send(.post, "/sessions", #"{"uri":"ws://example.com/s?q=s3cret","params":{"p":"s3cret"}}"#), 403
        )
    }
}
