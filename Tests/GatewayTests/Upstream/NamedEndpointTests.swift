import Gateway
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// A request's `endpoint`: what it stands for, what a request may add, and what nobody is told.
@Suite struct NamedEndpointTests {
    private let harness: GatewayHarness

    init() throws {
        let chat = try NamedEndpoint(
            name: "chat", uri: "wss://inner.example:4443/s3cret0?u=s3cret1",
            params: JSONText(#"{"key":"s3cret2","n":{"a":1}}"#),
            headers: [(name: "X-Role", value: "s3cret3")], authToken: AuthToken("s3cret4"))
        let plain = try NamedEndpoint(name: "plain", uri: "ws://10.0.0.1/plain")
        harness = GatewayHarness { $0.endpoints = ["chat": chat, "plain": plain] }
    }

    private func create(_ members: String, query: String = "") throws -> GatewayHarness.Pending {
        try harness.send(.post, "/sessions\(query)", "{\(members)}")
    }

    private func last() throws -> ScriptedLink { try #require(harness.transport.links.last) }

    private func session(_ members: String) throws -> SessionHarness {
        let pending = try create(members)
        let link = try last()
        link.accept()
        harness.time.run()
        return SessionHarness(
            harness: harness, id: try #require(pending.string("id"), "\(pending.text)"), link: link)
    }

    private func expectNoSecret(_ answer: GatewayHarness.Pending) {
        let shown = answer.text + answer.headers.map(\.value).joined()
        for secret in ["s3cret", "czNjcmV0", "inner.example", "4443", "10.0.0.1", "X-Role"] {
            #expect(!shown.contains(secret), "\(shown)")
        }
    }

    private func pointer(_ answer: GatewayHarness.Pending) -> String? {
        answer.json.member("errors")?.elements().first?.member("pointer")?.string
    }

    // MARK: What is connected to

    @Test func aSessionIsConnectedToWhatTheOperatorWroteAndWhatTheRequestAdds() throws {
        let link = try session(
            #""endpoint":"chat","params":{"user":"ann"},"headers":{"X-Lang":"en"}"#
        ).link
        #expect(link.endpoint.host == "inner.example" && link.endpoint.port == 4_443 && link.endpoint.isTLS)
        #expect(link.endpoint.target == "/s3cret0?u=s3cret1&key=s3cret2&n%5Ba%5D=1&user=ann&vsn=2.0.0")
        #expect(link.endpoint.headers.map { "\($0.name): \($0.value)" } == ["X-Role: s3cret3", "X-Lang: en"])
        #expect(link.endpoint.subprotocols.count == 2)
        // The operator's own word needs no allowance.
        #expect(link.endpoint.allowedAddresses == nil && link.endpoint.label == "chat")
    }

    @Test func aRequestsOwnTokenIsSentWhereTheOperatorHasNone() throws {
        #expect(try session(#""endpoint":"plain","auth_token":"mine""#).link.endpoint.subprotocols.count == 2)
        #expect(try session(#""endpoint":"plain""#).link.endpoint.subprotocols == [])
    }

    @Test(arguments: [
        (#""params":{"key":"x"}"#, "/params/key"), (#""params":{"key[x]":"x"}"#, "/params/key[x]"),
        (#""params":{"u":"x"}"#, "/params/u"), (#""params":{"n":{"b":2}}"#, "/params/n"),
        (#""params":{"ok":1,"n[b]":2}"#, "/params/n[b]"), (#""headers":{"x-role":"admin"}"#, "/headers/x-role"),
        (#""headers":{"X-ROLE":"admin"}"#, "/headers/X-ROLE"),
        (#""auth_token":"x""#, "/auth_token"),
    ])
    func whatTheOperatorHasSetIsNotARequestsToChange(_ member: String, _ place: String) throws {
        for answer in [
            try create(#""endpoint":"chat",\#(member)"#),
            try harness.send(.put, "/sessions/n", #"{"endpoint":"chat",\#(member)}"#),
            try harness.send(.post, "/call", #"{"endpoint":"chat","topic":"t","event":"e",\#(member)}"#),
        ] {
            #expect(answer.status == 400 && pointer(answer) == place, "\(answer.text)")
            #expect(!answer.text.contains("s3cret"))
        }
        #expect(harness.transport.links.isEmpty)
    }

    /// A server reads a plus in a query as a space.
    @Test(arguments: ["a b", "a+b", "a b[c]"]) func aParamOfTheUrisQueryIsTheOperatorsHoweverItIsWritten(
        _ name: String
    ) throws {
        let plus = try NamedEndpoint(name: "plus", uri: "ws://10.0.0.1/?a+b=1")
        let harness = GatewayHarness { $0.endpoints = ["plus": plus] }
        let answer = try harness.send(.post, "/sessions", #"{"endpoint":"plus","params":{"\#(name)":"x"}}"#)
        #expect(answer.status == 400 && pointer(answer) == "/params/\(name)", "\(answer.text)")
        #expect(try harness.send(.post, "/sessions", #"{"endpoint":"plus","params":{"ab":"x"}}"#).isWaiting)
    }

    @Test func aPatchAddsToTheEndpointAndCanNotChangeIt() throws {
        let session = try session(#""endpoint":"chat","params":{"user":"ann"}"#)
        #expect(try pointer(session.send(.patch, "", #"{"params":{"key":"x"}}"#)) == "/params/key")
        #expect(try pointer(session.send(.patch, "", #"{"endpoint":"plain"}"#)) == "/endpoint")
        let patched = try session.send(.patch, "", #"{"params":{"user":"bob"}}"#)
        #expect(patched.status == 200 && patched.string("endpoint") == "chat")
        expectNoSecret(patched)
        session.link.handler.transportClosed(code: 1012, reason: "")
        harness.transport.advance(.seconds(1))
        #expect(try last().endpoint.target == "/s3cret0?u=s3cret1&key=s3cret2&n%5Ba%5D=1&user=bob&vsn=2.0.0")
        #expect(try last().endpoint.label == "chat")
    }

    // MARK: Which one

    @Test func uriAndEndpointTogetherAre400() throws {
        let both = #""uri":"ws://127.0.0.1:4000/","endpoint":"chat""#
        for answer in [
            try create(both), try harness.send(.put, "/sessions/n", "{\(both)}"),
            try harness.send(.post, "/call", #"{\#(both),"topic":"t","event":"e"}"#),
            try harness.send(.post, "/listen", #"{\#(both),"topic":"t"}"#),
        ] {
            #expect(answer.status == 400 && pointer(answer) == "/endpoint", "\(answer.text)")
        }
        let query = try harness.send(.get, "/listen?uri=ws://127.0.0.1:4000/&endpoint=chat&topic=t")
        #expect(query.status == 400)
        #expect(query.json.member("errors")?.elements().first?.member("parameter")?.string == "endpoint")
        #expect(try create("").status == 400 && harness.transport.links.isEmpty)
    }

    @Test func anUnknownEndpointIs403AndNoOtherIsNamed() throws {
        for answer in [
            try create(#""endpoint":"nope""#), try harness.send(.put, "/sessions/n", #"{"endpoint":"nope"}"#),
            try harness.send(.post, "/call", #"{"endpoint":"nope","topic":"t","event":"e"}"#),
            try harness.send(.post, "/listen", #"{"endpoint":"nope","topic":"t"}"#),
            try harness.send(.get, "/listen?endpoint=nope&topic=t"),
        ] {
            #expect(answer.status == 403 && answer.string("code") == "endpoint-not-allowed", "\(answer.text)")
            #expect(answer.json.member("retryable")?.bool == false)
            #expect(!answer.text.contains("chat") && !answer.text.contains("plain"))
        }
        #expect(harness.transport.links.isEmpty && harness.gateway.sessionCount == 0)
    }

    @Test(arguments: [
        (#"{"endpoint":"chat"}"#, #"{"endpoint":"plain"}"#, "endpoint"),
        (#"{"endpoint":"plain"}"#, #"{"uri":"ws://127.0.0.1:4000/"}"#, "uri"),
        (#"{"uri":"ws://127.0.0.1:4000/"}"#, #"{"endpoint":"plain"}"#, "endpoint"),
    ])
    func aNamedSessionOfAnotherEndpointIsAConflict(_ first: String, _ second: String, _ member: String) throws {
        #expect(try harness.send(.put, "/sessions/n?wait=0", first).status == 202)
        #expect(try harness.send(.put, "/sessions/n?wait=0", first).status != 409)
        let other = try harness.send(.put, "/sessions/n?wait=0", second)
        #expect(other.status == 409 && pointer(other) == "/\(member)", "\(other.text)")
        expectNoSecret(other)
    }

    @Test func endpointsOfOneUriShareNoClient() throws {
        let twins = try ["a", "b"].map { try NamedEndpoint(name: $0, uri: "ws://127.0.0.1:4000/") }
        let harness = GatewayHarness { $0.endpoints = ["a": twins[0], "b": twins[1]] }
        for place in [#""endpoint":"a""#, #""endpoint":"b""#, #""uri":"ws://127.0.0.1:4000/""#, #""endpoint":"a""#] {
            try harness.send(.post, "/sessions?wait=0", "{\(place),\"socket\":\"shared\"}")
            harness.transport.advance()
        }
        #expect(harness.transport.links.count == 3)
    }

    // MARK: What is told

    @Test func anAnswerHasTheEndpointsNameAndNotWhereItIs() throws {
        let session = try session(#""endpoint":"chat""#)
        for answer in [try session.send(.get, ""), try harness.send(.get, "/sessions")] {
            expectNoSecret(answer)
            #expect(answer.status == 200 && answer.text.contains(#""uri":null,"endpoint":"chat""#), "\(answer.text)")
        }
        let raw = try harness.session()
        #expect(
            try raw.send(.get, "").text.contains(
                #""uri":"ws://127.0.0.1:4000/socket/websocket","endpoint":null"#))
    }

    @Test func noProblemOfAnEndpointTellsWhereItIs() throws {
        let failed = try create(#""endpoint":"chat""#)
        try last().handler.transportFailed(.refused(UpgradeRefusal(status: 403, body: Array("s3cret9".utf8), now: 0)))
        #expect(failed.status == 502)
        expectNoSecret(failed)
        let late = try create(#""endpoint":"chat""#, query: "?wait=1s")
        harness.time.advance(by: .seconds(2))
        #expect(late.status == 504)
        expectNoSecret(late)
        let plain = try NamedEndpoint(name: "plain", uri: "ws://10.0.0.1/plain")
        let full = GatewayHarness {
            $0.endpoints = ["plain": plain]
            $0.pool.maxClients = 1
            $0.pool.maxWaiting = 0
        }
        let call = #"{"endpoint":"plain","topic":"t","event":"e"}"#
        try full.send(.post, "/call", call)
        let refused = try full.send(.post, "/call", call)
        #expect(refused.status == 503)
        expectNoSecret(refused)
    }

    // MARK: Calls and listeners

    @Test func callsAndListenersTakeAnEndpoint() throws {
        _ = try harness.send(.post, "/call", #"{"endpoint":"chat","topic":"t","event":"e","params":{"user":"ann"}}"#)
        #expect(try last().endpoint.target.hasSuffix("&user=ann&vsn=2.0.0"))
        _ = try harness.send(.post, "/listen", #"{"endpoint":"plain","topic":"t"}"#)
        #expect(try last().endpoint.target == "/plain?vsn=2.0.0")
        _ = try harness.send(.get, "/listen?endpoint=plain&topic=u")
        #expect(harness.transport.links.count == 3)
    }
}
