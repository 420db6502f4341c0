import Foundation
import PhoenixChannels
import TestSupport
import Testing

/// README, "Access": a real gateway with tokens and JWTs.
@Suite(.timeLimit(.minutes(10))) struct AccessTests {
    private let ann = GuardedGateway.token("ann")
    private let bob = GuardedGateway.token("bob")

    private func run(_ arguments: String...) throws -> (status: Int32, output: String, errors: String) {
        try Slipgate.run(Slipgate.path, arguments)
    }

    @Test func withItsTokenAPrincipalWalksThroughAndAnotherSeesNothing() throws {
        let phoenix = try Slipgate("phoenix", "--port", "0")
        let gateway = try GuardedGateway("ann", "bob")
        let body =
            #"{"uri":"ws://127.0.0.1:\#(try phoenix.port())/socket/websocket","#
            + #""topics":[{"topic":"rooms:lobby"}]}"#
        let refused = try gateway.request(nil, "POST", "/sessions", body: body)
        #expect(refused.status == 401 && refused["WWW-Authenticate"] == #"Bearer realm="slipgate""#)
        #expect(try gateway.request("nobody", "GET", "/sessions").status == 401)
        #expect(try gateway.request(nil, "GET", "/livez").status == 200)
        for token in [ann, try gateway.jwt("ann")] {
            let created = try gateway.request(token, "POST", "/sessions", body: body)
            #expect(created.status == 201, "\(created.text)")
            let url = try #require(created.string("url"))
            let push = try gateway.request(
                token, "POST", "\(url)/topics/rooms:lobby/push?wait=10s", body: #"{"event":"ping"}"#)
            #expect(push.status == 200 && push.string("status") == "ok", "\(push.text)")
            for other in [bob, try gateway.jwt("bob")] {
                #expect(try gateway.request(other, "GET", url).status == 404)
                #expect(try gateway.request(other, "GET", "/sessions").json.member("sessions")?.elements().count == 0)
            }
            #expect(try gateway.request(token, "GET", "/sessions").json.member("sessions")?.elements().count == 1)
            #expect(try gateway.request(token, "DELETE", url).status == 204)
        }
        let reader = try gateway.jwt("ann", scope: "read")
        #expect(try gateway.request(reader, "GET", "/sessions").status == 200)
        #expect(try gateway.request(reader, "POST", "/sessions", body: body).status == 403)
        let log = try gateway.log
        for token in [ann, bob, reader] { #expect(!log.contains(token)) }
    }

    @Test func atSIGHUPTheFilesAreReadAnewAndABrokenOneChangesNothing() async throws {
        let gateway = try GuardedGateway("ann")
        let jwt = try gateway.jwt("ann")
        #expect(try gateway.request(ann, "GET", "/sessions").status == 200)
        #expect(try gateway.request(bob, "GET", "/sessions").status == 401)
        try gateway.setTokens(GuardedGateway.entries(["bob"]))
        gateway.signal(SIGHUP)
        try await until { try gateway.log.contains("Tokens and keys were read anew.") }
        #expect(try gateway.request(ann, "GET", "/sessions").status == 401)
        #expect(try gateway.request(bob, "GET", "/sessions").status == 200)
        try gateway.setTokens("- name: ann\n  sha256: \(ann)\n")
        gateway.signal(SIGHUP)
        try await until { try gateway.log.contains("Tokens and keys stay as they were.") }
        let log = try gateway.log
        #expect(log.contains("tokens.yaml, line 2, entry 1, 'ann': 'sha256' must be") && !log.contains(ann), "\(log)")
        #expect(try gateway.request(ann, "GET", "/sessions").status == 401)
        for token in [bob, jwt] { #expect(try gateway.request(token, "GET", "/sessions").status == 200) }
        gateway.signal(SIGTERM)
        #expect(gateway.waitForExit() == 0)
    }

    @Test func aGatewayWithoutAccessControlOutlivesSIGHUP() throws {
        let gateway = try Slipgate("serve", "--port", "0")
        gateway.signal(SIGHUP)
        #expect(try gateway.client().request("GET", "/livez").status == 200)
        gateway.signal(SIGTERM)
        #expect(gateway.waitForExit() == 0)
    }

    @Test func withAccessControlAnyAddressMayBeListenedOn() throws {
        let gateway = try GuardedGateway("ann", arguments: ["--host", "0.0.0.0"])
        #expect(try gateway.request(ann, "GET", "/sessions").status == 200)
    }

    @Test func filesThatCanNotBeTakenStopTheStartWithWords() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "tokens-\(UUID()).yaml")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data("- name: ann\n  sha256: 12\n".utf8).write(to: file)
        for (arguments, words) in [
            (
                ["--tokens-file", file.path],
                "\(file.path), line 2, entry 1, 'ann': 'sha256' must be the token's SHA-256"
            ),
            (["--tokens-file", "/nowhere.yaml"], "/nowhere.yaml can't be read"),
            (["--jwt-jwks", file.path], "jwt_issuer and jwt_audience must be set"),
            (["--jwt-issuer", "a"], "jwt_jwks and jwt_audience must be set"),
            (
                ["--jwt-jwks", file.path, "--jwt-issuer", "a", "--jwt-audience", "b"],
                "\(file.path) is no JSON Web Key Set"
            ),
        ] {
            let result = try Slipgate.run(Slipgate.path, ["serve", "--port", "0"] + arguments)
            #expect(result.status == 78 && result.errors.contains(words), "\(result.errors)")
        }
    }

    @Test func aMadeTokenIsLetInByItsEntry() async throws {
        let made = try run("token", "carol")
        #expect(made.status == 0 && made.output.hasPrefix("- name: carol\n  sha256: "))
        let token = made.errors.trimmingCharacters(in: .newlines)
        #expect(token.hasPrefix("slipgate_") && !made.output.contains(token))
        let gateway = try GuardedGateway("ann")
        try gateway.setTokens(GuardedGateway.entries(["ann"]) + made.output)
        gateway.signal(SIGHUP)
        try await until { try gateway.request(token, "GET", "/sessions").status == 200 }
    }

    @Test(arguments: ["", "a b", "a: b", "é"]) func aNameThatIsNoneIsRefusedWithWords(_ name: String) throws {
        let refused = try run("token", name)
        #expect(refused.status == 64 && refused.output.isEmpty)
        #expect(refused.errors.hasPrefix("Error: The name must have 1 to 64 characters of A-Z"), "\(refused.errors)")
        #expect(refused.errors.contains("Usage: slipgate token <name>"))
    }

    @Test func quotasOfSettingsHoldForAPrincipal() throws {
        let gateway = try GuardedGateway("ann", "bob", arguments: ["--max-sessions-per-principal", "1"])
        let body = #"{"uri":"ws://127.0.0.1:1/s"}"#
        #expect(try gateway.request(ann, "POST", "/sessions?wait=0", body: body).status == 202)
        let refused = try gateway.request(ann, "POST", "/sessions?wait=0", body: body)
        #expect(refused.status == 429 && refused.string("quota") == "max_sessions")
        #expect(try gateway.request(bob, "POST", "/sessions?wait=0", body: body).status == 202)
    }
}
