import Foundation
import PhoenixChannels
import TestSupport
import Testing

/// "Client to Phoenix: at most once per Idempotency-Key", over connections that are lost.
@Suite(.serialized, .timeLimit(.minutes(10))) struct KeyedPushTests {
    private let path = FileManager.default.temporaryDirectory.appending(path: "sequence-\(UUID()).jsonl").path

    /// What the server was pushed of an event, in order.
    private func pushed(_ event: String) throws -> [JSONSlice] {
        try Data(contentsOf: URL(filePath: path)).split(separator: UInt8(ascii: "\n"))
            .compactMap { try? JSONText(validating: Array($0), limits: .lenient).slice }
            .filter { $0.member("dir")?.string == "in" && $0.member("event")?.string == event }
    }

    private func session(_ gateway: Slipgate, _ phoenix: Slipgate) throws -> String {
        let created = try gateway.client().request(
            "POST", "/sessions",
            body: #"{"uri":"ws://127.0.0.1:\#(try phoenix.port())/socket/websocket","#
                + #""topics":[{"topic":"rooms:lobby"}]}"#)
        return try #require(created.string("url"), "\(created.text)")
    }

    @Test func aPushUnderAKeyArrivesOnceHoweverConnectionsAreCut() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let phoenix = try Slipgate("phoenix", "--port", "0", "--sequence", path)
        let gateway = try Slipgate("serve", "--port", "0")
        let target = "\(try session(gateway, phoenix))/topics/rooms:lobby/push?wait=30s"
        var generator = SeededGenerator()
        var cuts = 0
        for number in 0..<200 {
            func send() throws -> HTTPTestClient {
                let client = try gateway.client()
                try client.send(
                    "POST", target, headers: ["Idempotency-Key": "k\(number)"],
                    body: #"{"event":"ping","payload":{"number":\#(number)}}"#)
                return client
            }
            for _ in 0..<Int.random(in: 0...3, using: &generator) {
                let client = try send()
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: break
                case 1: _ = try client.socket.receive(Int.random(in: 1..<100, using: &generator))
                default: _ = try client.socket.receiveHead()
                }
                if Bool.random(using: &generator) { client.socket.reset() }
                cuts += 1
            }
            let answer = try send().receive()
            #expect(answer.status == 200, "\(answer.text), seed \(generator.seed)")
        }
        #expect(cuts > 100, "seed \(generator.seed)")
        let numbers = try pushed("ping").compactMap { $0.member("payload")?.member("number")?.integer }
        #expect(numbers == Array(0..<200), "seed \(generator.seed)")
    }

    @Test func aRepeatOverAnotherConnectionAttachesWhileTheFirstStillWaits() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let phoenix = try Slipgate("phoenix", "--port", "0", "--sequence", path)
        let gateway = try Slipgate("serve", "--port", "0")
        let target = "\(try session(gateway, phoenix))/topics/rooms:lobby/push"
        let (key, body) = (["Idempotency-Key": "k"], #"{"event":"quicksand"}"#)
        let first = try gateway.client()
        try first.send("POST", "\(target)?wait=30s", headers: key, body: body)
        try untilHeld { try pushed("quicksand").count == 1 }
        let second = try gateway.client().request("POST", "\(target)?wait=200ms", headers: key, body: body)
        #expect(second.status == 504 && second.string("code") == "reply-timeout", "\(second.text)")
        first.socket.reset()
        let third = try gateway.client().request("POST", target, headers: key, body: body)
        #expect(third.status == 202 && third.string("ref") != nil, "\(third.text)")
        #expect(second.string("ref") == third.string("ref"))
        #expect(try pushed("quicksand").count == 1)
    }
}
