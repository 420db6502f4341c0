import Foundation
import PhoenixChannels
import TestSupport
import Testing

/// Sessions and their upstream, the programs as processes of their own.
@Suite(.serialized, .timeLimit(.minutes(10))) struct UpstreamTests {
    @Test func aSessionSurvivesARestartOfItsUpstream() throws {
        let port = Proxy.freePort()
        let phoenix = try Slipgate("phoenix", "--port", "\(port)")
        let gateway = try Slipgate("serve", "--port", "0")
        let client = try gateway.client()
        let created = try client.request(
            "POST", "/sessions",
            body: #"{"uri":"ws://127.0.0.1:\#(port)/socket/websocket","topics":[{"topic":"rooms:lobby"}],"#
                + #""reconnect":{"max":"200ms"}}"#)
        let session = try #require(created.string("url"), "\(created.text)")
        phoenix.signal(SIGKILL)
        _ = phoenix.waitForExit()
        let failed = try client.request("POST", "\(session)/await?wait=50s", body: #"{"kind":"connect_failed"}"#)
        #expect(failed.json.member("message")?.member("retry_in")?.kind == .number, "\(failed.text)")
        #expect(try client.request("GET", session).string("state") == "disconnected")
        let again = try Slipgate("phoenix", "--port", "\(port)")
        let rejoined = try client.request(
            "POST", "\(session)/await?wait=50s", body: #"{"kind":"gap","topic":"rooms:lobby"}"#)
        #expect(rejoined.json.member("message")?.member("reason")?.string == "reconnect", "\(rejoined.text)")
        #expect(try client.request("GET", session).string("state") == "connected")
        let ping = try client.request(
            "POST", "\(session)/topics/rooms:lobby/push?wait=30s", body: #"{"event":"ping"}"#)
        #expect(ping.status == 200, "\(ping.text)")
        let events = try client.request("GET", "\(session)/events")
        let kinds = events.json.member("events")?.elements().compactMap { $0.member("kind")?.string } ?? []
        #expect(kinds.prefix(4) == ["connected", "joined", "disconnected", "connect_failed"], "\(kinds)")
        #expect(kinds.suffix(4) == ["connected", "joined", "gap", "reply"], "\(kinds)")
        #expect(again.firstLines.count == 1)
    }

    @Test func anAuthTokenGoesBySubprotocolAndIsShownNowhere() throws {
        let phoenix = try Slipgate("phoenix", "--port", "0")
        let gateway = try Slipgate("serve", "--port", "0")
        let client = try gateway.client()
        func create(_ members: String) throws -> HTTPTestClient.Response {
            try client.request(
                "POST", "/sessions",
                body: #"{"uri":"ws://127.0.0.1:\#(try phoenix.port())/secure/websocket"\#(members)}"#)
        }
        let refused = try create("")
        #expect(refused.status == 502)
        #expect(refused.json.member("upstream")?.member("status")?.integer == 403)
        let wrong = try create(#","auth_token":"s3cr3t""#)
        #expect(wrong.status == 502 && !wrong.text.contains("s3cr3t"))
        let created = try create(#","auth_token":"secret""#)
        #expect(created.status == 201, "\(created.text)")
        let session = try #require(created.string("url"))
        #expect(try !client.request("GET", session).text.contains("\"secret\""))
        #expect(try create(#","auth_token":1"#).status == 400)
    }
}
