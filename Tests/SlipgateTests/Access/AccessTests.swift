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
                token, "POST", "\(url)/topics/rooms:lobby/push?wait=50s", body: #"{"event":"ping"}"#)
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

    @Test func theAccessLogNamesThePrincipalThatATokenOrAJWTIsOfAndNobodyElse() async throws {
        let gateway = try GuardedGateway("ann", arguments: ["--access-log", "true", "--log-format", "json"])
        let jwt = try gateway.jwt("bob")
        let body = #"{"uri":"ws://127.0.0.1:1/s","reconnect":false}"#
        for token in [ann, jwt] {
            #expect(try gateway.request(token, "GET", "/sessions").status == 200)
            // Another that is answered later.
            #expect(try gateway.request(token, "POST", "/sessions", body: body).status == 502)
        }
        #expect(try gateway.request(bob, "GET", "/sessions").status == 401)
        #expect(try gateway.request(nil, "GET", "/readyz").status == 200)
        #expect(try gateway.request(nil, "GET", "/").status == 200)
        func records() throws -> [[String: Any]] {
            try LogProcessTests.records(try gateway.log).filter { $0["logger"] as? String == "slipgate.access" }
        }
        try await until { try records().count == 6 }
        // Each came over a connection of its own, and the lines of two of them in either order.
        let principals = try records().map { $0["principal"] as? String ?? "" }.sorted()
        #expect(principals == ["", "", "ann", "ann", "jwt:bob", "jwt:bob"])
        let log = try gateway.log
        for token in [ann, bob, jwt] { #expect(!log.contains(token)) }
    }

    @Test func atSIGHUPTheFilesAreReadAnewAndABrokenOneChangesNothing() async throws {
        let gateway = try GuardedGateway("ann", arguments: ["--log-format", "json"])
        let jwt = try gateway.jwt("ann")
        #expect(try gateway.request(ann, "GET", "/sessions").status == 200)
        #expect(try gateway.request(bob, "GET", "/sessions").status == 401)
        try gateway.setTokens(GuardedGateway.entries(["bob"]))
        gateway.signal(SIGHUP)
        try await until { try gateway.log.contains(#""Tokens and keys were read anew.","keys":1,"tokens":1}"#) }
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

    /// README, "Reloading": what is open goes on, and nothing more is begun.
    @Test func whatATokenHasOpenOutlivesItsRemoval() throws {
        let phoenix = try Slipgate("phoenix", "--port", "0")
        let gateway = try GuardedGateway("ann")
        let body =
            #"{"uri":"ws://127.0.0.1:\#(try phoenix.port())/socket/websocket","#
            + #""topics":[{"topic":"rooms:lobby"}]}"#
        func session(_ token: String) throws -> String {
            let created = try gateway.request(token, "POST", "/sessions", body: body)
            return try #require(created.string("url"), "\(created.text)")
        }
        let messages = "\(try session(ann))/messages?after=latest"
        // Either's head comes before the answer: then it is waited for.
        let open = try [("application/x-ndjson", ""), ("application/json", "&wait=50s&heartbeat=1s")].map {
            framing, query in
            let client = try HTTPTestClient(port: gateway.port)
            try client.send(
                "GET", messages + query, headers: ["Authorization": "Bearer \(ann)", "Accept": framing])
            #expect(String(decoding: try client.socket.receiveHead(), as: UTF8.self).contains(" 200 "))
            return client
        }
        try gateway.setTokens(GuardedGateway.entries(["bob"]))
        gateway.signal(SIGHUP)
        try untilHeld { try gateway.log.contains("Tokens and keys were read anew.") }
        #expect(try gateway.request(ann, "GET", messages).status == 401)
        let push = try gateway.request(
            bob, "POST", "\(try session(bob))/topics/rooms:lobby/push",
            body: #"{"event":"broadcast","payload":{"number":7}}"#)
        #expect(push.status == 202, "\(push.text)")
        for client in open {
            var text = ""
            while !text.contains(#""payload":{"number":7}"#) {
                let chunk = try client.receiveChunk()
                try #require(!chunk.isEmpty, "it ended with \(text)")
                text += chunk
            }
        }
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
            (
                ["--tokens-file", "/nowhere.yaml"],
                "Error: tokens_file: /nowhere.yaml can't be read: No such file or directory"
            ),
            (["--tokens-file", "/dev"], "tokens_file: /dev can't be read: it is no regular file"),
            (["--jwt-jwks", file.path], "jwt_issuer and jwt_audience must be set"),
            (["--jwt-issuer", "a"], "jwt_jwks and jwt_audience must be set"),
            (
                ["--jwt-jwks", file.path, "--jwt-issuer", "a", "--jwt-audience", "b"],
                "jwt_jwks: \(file.path) is no JSON Web Key Set"
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
