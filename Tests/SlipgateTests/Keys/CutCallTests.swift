import PhoenixChannels
import TestSupport
import Testing

/// api.md, "What is promised": at most once per `Idempotency-Key`, by `/call`, however its client's connections are cut.
@Suite(.serialized, .timeLimit(.minutes(10))) struct CutCallTests {
    private let record = PushRecord()

    @Test func aCallUnderAKeyPushesOnceAndIsAnsweredInTheEnd() throws {
        let phoenix = try Slipgate("phoenix", "--port", "0", "--sequence", record.path)
        let gateway = try Slipgate("serve", "--port", "0")
        let (port, upstream) = (try gateway.port(), try phoenix.port())
        var generator = SeededGenerator()
        var cuts = 0
        for number in 0..<300 {
            // Several keys of the pool: the client is warm for most calls, and new for some.
            let members = #""uri":"ws://127.0.0.1:\#(upstream)/socket/websocket","topic":"rooms:lobby""#
            let call = KeyedRequest(
                port: port, target: "/call?wait=50s", key: "k\(number)",
                body: #"{\#(members),"params":{"client":"\#(number * number % 23)"},"event":"echo","#
                    + #""payload":{"number":\#(number)}}"#)
            for _ in 0..<Int.random(in: 0...3, using: &generator) {
                try call.sendAndCut(&generator)
                cuts += 1
            }
            let answer = try call.send().receive()
            #expect(answer.status == 200, "\(answer.text), seed \(generator.seed)")
            let echo = answer.json.member("reply")?.member("response")?.member("number")?.integer
            #expect(echo == number, "\(answer.text), seed \(generator.seed)")
        }
        #expect(cuts > 200, "seed \(generator.seed)")
        #expect(try record.numbers(of: "echo") == Array(0..<300), "seed \(generator.seed)")
    }
}
