import Foundation
import TestSupport
import Testing

/// What a gateway writes of its upstreams, with nothing secret in it.
@Suite(.timeLimit(.minutes(10))) struct UpstreamLogProcessTests {
    @Test func aLostUpstreamAndItsReturnAreInTheLogAndWhatTheSessionHasIsNot() throws {
        let port = Proxy.freePort()
        let phoenix = try Slipgate("phoenix", "--port", "\(port)")
        let gateway = try Slipgate("serve", "--port", "0", "--log-format", "json", "--drain-timeout", "10m")
        let client = try gateway.client()
        let uri = "ws://127.0.0.1:\(port)/socket/websocket"
        let created = try client.request(
            "POST", "/sessions",
            body: #"{"uri":"\#(uri)?token=s3cret1","headers":{"Authorization":"Bearer s3cret2"},"#
                + #""params":{"p":"s3cret3"},"topics":[{"topic":"rooms:lobby","params":{"k":"s3cret4"}}],"#
                + #""reconnect":{"max":"200ms"}}"#)
        let id = try #require(created.string("id"), "\(created.text)")
        let session = try #require(created.string("url"))
        phoenix.signal(SIGKILL)
        _ = phoenix.waitForExit()
        let failed = try client.request("POST", "\(session)/await?wait=50s", body: #"{"kind":"connect_failed"}"#)
        #expect(failed.status == 200, "\(failed.text)")
        let again = try Slipgate("phoenix", "--port", "\(port)")
        let rejoined = try client.request("POST", "\(session)/await?wait=50s", body: #"{"kind":"gap"}"#)
        #expect(rejoined.status == 200, "\(rejoined.text)")
        let refused = try client.request(
            "POST", "/sessions",
            body: #"{"uri":"ws://127.0.0.1:\#(port)/secure/websocket?q=s3cret5","auth_token":"s3cret6"}"#)
        #expect(refused.status == 502)
        gateway.signal(SIGTERM)
        let text = gateway.waitForErrors()
        for secret in ["s3cret", "czNjcmV0", "rooms:lobby", id] { #expect(!text.contains(secret), "\(text)") }
        let records = try LogProcessTests.records(text).filter { $0["logger"] as? String == "slipgate.upstream" }
        let own = records.filter { $0["uri"] as? String == uri }
        let messages = own.compactMap { $0["message"] as? String }
        #expect(messages.first == "Upstream connection lost" && messages.last == "Upstream connected again", "\(text)")
        #expect(messages.dropFirst().dropLast().allSatisfy { $0 == "Upstream could not be connected to" }, "\(text)")
        #expect(messages.count >= 3)
        let short = "local." + (id.split(separator: ".").last?.prefix(6) ?? "")
        #expect(own.allSatisfy { $0["session"] as? String == short && $0["level"] as? String == "notice" })
        #expect(own.first?["cause"] as? String == "network" && own.first?["retry_in"] is Double)
        #expect(own.dropFirst().first?["kind"] as? String == "failed" && own.dropFirst().first?["attempt"] is Int)
        #expect(own.last?["down_for"] is Double)
        let given = try #require(records.last)
        #expect(given["message"] as? String == "Upstream given up" && given["level"] as? String == "warning")
        #expect(given["kind"] as? String == "refused" && given["retry_in"] == nil)
        #expect(again.firstLines.count == 1)
    }
}
