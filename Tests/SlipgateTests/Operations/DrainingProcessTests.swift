import DemoPhoenix
import Foundation
import PhoenixChannels
import TestSupport
import Testing

/// What clients meet while a gateway's sessions end one after another.
@Suite(.timeLimit(.minutes(10))) struct DrainingProcessTests {
    /// More than a list shows: once it is not full, another ten seconds' worth of them lives.
    private static let (sessions, shown) = (1_200, 1_000)

    @Test func itIsReachedByNewConnectionsAsLongAsSessionsLive() async throws {
        let phoenix = try await DemoServer.start(port: 0)
        let gateway = try Slipgate("serve", "--port", "0", "--drain-timeout", "600s")
        let creation = #"{"uri":"ws://127.0.0.1:\#(phoenix.port)/socket/websocket"}"#
        let client = try gateway.client()
        for _ in 0..<Self.sessions {
            #expect(try client.request("POST", "/sessions?wait=0", body: creation).status == 202)
        }
        gateway.signal(SIGTERM)
        var alive = Self.shown
        while alive == Self.shown {
            let list = try gateway.client().request("GET", "/sessions?limit=\(Self.shown)")
            #expect(list.status == 200)
            alive = list.json.member("sessions")?.elements().count ?? 0
        }
        let refused = try gateway.client().request("POST", "/sessions?wait=0", body: creation)
        #expect(refused.status == 503 && refused.string("code") == "draining" && refused["Connection"] == "close")
        #expect(gateway.waitForExit() == 0)
        await phoenix.shutdown()
    }
}
