import Foundation
import TestSupport
import Testing

/// What the running program writes: api.md, "Model" (ids are capabilities) and "Sessions" (secrets are never shown).
@Suite struct CustodyLogTests {
    @Test(.timeLimit(.minutes(10))) func noSecretIsInWhatTheProgramWritesAtItsMostTalkative() throws {
        let slipgate = try Slipgate(
            "demo", "--port", "0", "--phoenix-port", "0", "--log-level", "trace", lines: 2)
        let nobody = try RawListener(refusing: true)
        let client = try slipgate.client()
        var ids: [String] = []
        func uri(_ port: Int) -> String { #""uri":"ws://127.0.0.1:\#(port)/socket/websocket?q=s3cret1""# }
        let secrets = #","params":{"p":"s3cret2"},"headers":{"X-T":"s3cret3"}"#
        let token = #","auth_token":"s3cret4""#
        let topics = #","topics":[{"topic":"rooms:lobby","params":{"k":"s3cret5"}}]"#
        for socket in ["own", "shared"] {
            let made = try client.request(
                "POST", "/sessions",
                body: "{\(uri(try slipgate.port(1)))\(secrets)\(topics),\"socket\":\"\(socket)\"}")
            #expect(made.status == 201, "\(made.text)")
            let id = try #require(made.string("id"))
            ids.append(id)
            try client.request(
                "POST", "/sessions/\(id)/topics/rooms:lobby/push?wait=10s",
                headers: ["Idempotency-Key": "s3cret6"], body: #"{"event":"echo","payload":{"v":"s3cret7"}}"#)
            try client.request("GET", "/sessions/\(id)/messages?match=%22s3cret8%22")
            try client.request("PATCH", "/sessions/\(id)", body: #"{"auth_token":"s3cret9"}"#)
            try client.request("POST", "/sessions/\(id)/disconnect")
            try client.request("POST", "/sessions/\(id)/connect")
            try client.request("POST", "/sessions/\(id)/disconnect")
        }
        try client.request("PUT", "/sessions/worker", body: "{\(uri(try slipgate.port(1)))\(secrets)\(topics)}")
        let failed = try client.request("POST", "/sessions", body: "{\(uri(nobody.port))\(secrets)\(token)\(topics)}")
        #expect(failed.status == 502)
        let call = #","topic":"rooms:lobby","join":{"k":"s3cret5"},"event":"echo","payload":"s3cret7"}"#
        try client.request("POST", "/call", body: "{\(uri(try slipgate.port(1)))\(secrets)\(call)")
        try client.request("POST", "/sessions", body: #"{"uri":"ws://s3cret:s3cret@127.0.0.1/"}"#)
        try client.request("POST", "/sessions", body: "s3cret")
        // The demo's socket takes no token, so it refuses this one.
        try client.request("POST", "/sessions", body: "{\(uri(try slipgate.port(1)))\(token)}")
        slipgate.signal(SIGTERM)
        let written = slipgate.firstLines.joined() + slipgate.waitForErrors()
        #expect(written.contains("listens on"), "\(written)")
        for secret in ["s3cret", "czNjcmV0"] { #expect(!written.contains(secret), "\(written)") }
        for id in ids { #expect(!written.contains(id), "\(written)") }
    }
}
