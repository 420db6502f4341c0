import Foundation
import PhoenixChannels
import TestSupport
import Testing

/// api.md, "What is promised": at most once per `Idempotency-Key`, by a session that outlives its upstream's processes.
@Suite(.serialized, .timeLimit(.minutes(10))) struct KilledUpstreamTests {
    private enum Outcome {
        case answered, lost
    }

    private let record = PushRecord()

    @Test func aPushUnderAKeyArrivesOnceWhereItIsAnsweredAndNeverTwice() throws {
        let upstream = Proxy.freePort()
        var phoenix = try Slipgate("phoenix", "--port", "\(upstream)", "--sequence", record.path)
        let gateway = try Slipgate("serve", "--port", "0")
        let client = try gateway.client()
        let created = try client.request(
            "POST", "/sessions",
            body: #"{"uri":"ws://127.0.0.1:\#(upstream)/socket/websocket","topics":[{"topic":"rooms:lobby"}],"#
                + #""reconnect":{"max":"100ms"}}"#)
        let topic = try #require(created.string("url"), "\(created.text)") + "/topics/rooms:lobby"
        var generator = SeededGenerator()
        var outcomes: [Int: Outcome] = [:]
        var kills = 0
        func restart() throws {
            phoenix.signal(SIGKILL)
            _ = phoenix.waitForExit()
            kills += 1
            phoenix = try Slipgate("phoenix", "--port", "\(upstream)", "--sequence", record.path)
        }
        for number in 0..<120 {
            let push = KeyedRequest(
                port: try gateway.port(), target: "\(topic)/push?wait=50s", key: "k\(number)",
                body: #"{"event":"echo","payload":{"number":\#(number)}}"#)
            while outcomes[number] == nil {
                let joined = try client.request("GET", "\(topic)?until=joined&wait=50s")
                #expect(joined.status == 200, "\(joined.text), seed \(generator.seed)")
                let waiting = try push.send()
                // Its frame may be on its way, taken, or answered by then.
                if Int.random(in: 0..<3, using: &generator) == 0 { try restart() }
                let answer = try Bool.random(using: &generator) ? waiting.receive() : push.send().receive()
                switch (answer.status, answer.string("code")) {
                case (200, _):
                    outcomes[number] = .answered
                    let echo = answer.json.member("response")?.member("number")?.integer
                    #expect(echo == number, "\(answer.text), seed \(generator.seed)")
                case (410, "reply-lost"): outcomes[number] = .lost
                default: #expect(answer.json.member("sent")?.bool == false, "\(answer.text), seed \(generator.seed)")
                }
            }
        }
        let counts = try record.counts(of: "echo")
        for number in 0..<120 {
            let count = counts[number] ?? 0
            #expect(count == 1 || (count == 0 && outcomes[number] == .lost), "\(number), seed \(generator.seed)")
        }
        #expect(kills > 10 && outcomes.values.count { $0 == .answered } > 40, "seed \(generator.seed)")
    }
}
