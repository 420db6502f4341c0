import Foundation
import PhoenixChannels
import TestSupport
import Testing

/// The gateway and the demo server as processes of their own, and one of the three going away.
@Suite(.serialized, .timeLimit(.minutes(10))) struct FaultTests {
    private func createSession(_ client: HTTPTestClient, _ port: Int, _ members: String = "") throws -> String {
        let answer = try client.request(
            "POST", "/sessions", body: #"{"uri":"ws://127.0.0.1:\#(port)/socket/websocket"\#(members)}"#)
        return try #require(answer.string("url"), "\(answer.text)")
    }

    private func state(_ client: HTTPTestClient, _ session: String) throws -> String? {
        try client.request("GET", session).string("state")
    }

    @Test func killingTheUpstreamMidPollLeavesTheSessionDisconnected() throws {
        let phoenix = try Slipgate("phoenix", "--port", "0")
        let gateway = try Slipgate("serve", "--port", "0", "--heartbeat-interval", "1h")
        let client = try gateway.client()
        let session = try createSession(client, try phoenix.port(), #","topics":[{"topic":"rooms:lobby"}]"#)
        let messages = try gateway.client()
        try messages.send("GET", "\(session)/messages?after=latest&wait=2s")
        let awaiting = try gateway.client()
        try awaiting.send("POST", "\(session)/await?wait=50s", body: #"{"kind":"disconnected"}"#)
        let push = try gateway.client()
        try push.send("POST", "\(session)/topics/rooms:lobby/push?wait=50s", body: #"{"event":"quicksand"}"#)
        // Refs are counted, and there is no heartbeat to take one: the join's is 1, and a ping's is one more than the pings
        // so far once the push is on its way.
        let ping = "\(session)/topics/rooms:lobby/push?wait=50s"
        var pings = 0
        try untilHeld {
            pings += 1
            let answer = try client.request("POST", ping, body: #"{"event":"ping"}"#)
            #expect(answer.status == 200)
            return answer.string("ref")?.hasSuffix("-r\(pings + 2)") == true
        }
        phoenix.signal(SIGKILL)
        #expect(try push.receive().string("code") == "reply-lost")
        let told = try awaiting.receive()
        #expect(told.json.member("message")?.member("cause")?.string == "network")
        #expect(try messages.receive().status == 200)
        #expect(try state(client, session) == "disconnected")
        let refused = try client.request("POST", ping, body: #"{"event":"ping"}"#)
        #expect(refused.status == 503 && refused.string("code") == "disconnected")
        #expect(try client.request("DELETE", session).status == 204)
    }

    @Test func clientsThatLeaveMidPollAreForgotten() throws {
        let phoenix = try Slipgate("phoenix", "--port", "0")
        let gateway = try Slipgate("serve", "--port", "0")
        let client = try gateway.client()
        let session = try createSession(client, try phoenix.port(), #","topics":[{"topic":"rooms:lobby"}]"#)
        let ping = "\(session)/topics/rooms:lobby/push?wait=30s"
        #expect(try client.request("POST", ping, body: #"{"event":"ping"}"#).status == 200)
        let before = try gateway.descriptors
        // As many as may wait on a session at all, in eight rounds: places that were not given back would run out.
        for _ in 0..<8 {
            var polls = try (0..<256).map { _ in try gateway.client() }
            for poll in polls { try poll.send("GET", "\(session)/messages?after=latest&wait=50s") }
            let count = polls.count
            try untilHeld { try gateway.descriptors >= before + count }
            polls = []
            try untilHeld { try gateway.descriptors <= before + 8 }
        }
        #expect(try client.request("GET", "\(session)/messages?after=latest&wait=10ms").status == 200)
        #expect(try client.request("POST", ping, body: #"{"event":"ping"}"#).status == 200)
    }

    @Test func sigtermAnswersWhoeverWaitsAndClosesTheWebsocket() throws {
        let listener = try RawListener()
        let gateway = try Slipgate(
            "serve", "--port", "0", "--heartbeat-interval", "1h", "--connect-timeout", "2m")
        let creating = try gateway.client()
        try creating.send("POST", "/sessions", body: #"{"uri":"ws://127.0.0.1:\#(listener.port)/"}"#)
        let upstream = try RawWebSocketServer.accept(listener)
        try upstream.upgrade()
        let session = try #require(try creating.receive().string("url"))
        let polls = try (0..<20).map { _ in try gateway.client() }
        for poll in polls { #expect(try poll.request("GET", "/livez").status == 200) }
        for poll in polls { try poll.send("GET", "\(session)/messages?after=latest&wait=50s") }
        let awaiting = try gateway.client()
        try awaiting.send("POST", "\(session)/await?wait=50s", body: "{}")
        let joining = try gateway.client()
        try joining.send("PUT", "\(session)/topics/t?wait=50s", body: "{}")
        #expect(try upstream.receiveFrame().data == Array(#"["1","1","t","phx_join",{}]"#.utf8))
        gateway.signal(SIGTERM)
        for poll in polls {
            let answer = try poll.receive()
            // One that came too late to wait is told so.
            #expect(answer.status == 200 ? answer.string("next") != nil : answer.string("reason") == "draining")
        }
        #expect([503, 410].contains(try awaiting.receive().status))
        #expect(try joining.receive().string("code") == "draining")
        let close = try upstream.receiveFrame()
        #expect(close.first == 0x88 && close.data == [0x03, 0xE8])
        try upstream.socket.send([0x88, 0x02, 0x03, 0xE8])
        #expect(try upstream.socket.receiveToEnd().isEmpty)
        #expect(gateway.waitForExit() == 0)
    }
}
