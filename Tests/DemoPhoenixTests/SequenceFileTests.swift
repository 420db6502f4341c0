import DemoPhoenix
import Foundation
import PhoenixChannels
import TestSupport
import Testing

/// The oracle: what a server that wrote a sequence file did, read back from it.
@Suite(.serialized, .timeLimit(.minutes(10))) final class SequenceFileTests {
    private let path = FileManager.default.temporaryDirectory.appending(path: "sequence-\(UUID()).jsonl").path

    deinit { try? FileManager.default.removeItem(atPath: path) }

    private func lines() throws -> [JSONSlice] {
        try Data(contentsOf: URL(filePath: path)).split(separator: UInt8(ascii: "\n"))
            .map { try JSONText(validating: $0, limits: .lenient).slice }
    }

    private func words(_ line: JSONSlice) -> String {
        ["conn", "dir", "kind", "topic", "event", "ref", "join_ref", "payload", "status"]
            .map { line.member($0).map { String(decoding: $0.bytes, as: UTF8.self) } ?? "missing" }
            .joined(separator: " ")
    }

    private func withServer(_ body: (Int) throws -> Void) async throws {
        let server = try await DemoServer.start(port: 0, options: DemoOptions(sequenceFile: path))
        let result = Result { try body(server.port) }
        await server.shutdown()
        try result.get()
    }

    private func end(_ client: WebSocketTestClient) throws {
        try client.sendClose(1000)
        #expect(try client.receive().closeCode == 1000)
    }

    @Test func everyKindHasItsLineInTheOrderOfTheWire() async throws {
        try await withServer { port in
            let client = try WebSocketTestClient(port: port)
            for frame in [
                #"["1","1","rooms:a","phx_join",{}]"#, #"[null,"2","phoenix","heartbeat",{}]"#,
                #"["1","3","rooms:a","push then reply",{ "x" : 1 }]"#, #"["1","4","rooms:a","broadcast",{}]"#,
            ] { try client.send(frame) }
            for _ in 0..<5 { _ = try client.receiveMessage() }
            try client.send(.binary([0, 1, 1, 7, 11] + Array("15rooms:aecho_binary".utf8) + [0xFF]))
            _ = try client.receive()
            try client.send(#"["1","6","rooms:a","phx_leave",{}]"#)
            for _ in 0..<2 { _ = try client.receiveMessage() }
            try client.send(#"["7",7,"rooms:b","phx_join",{}]"#)
            try client.send(#"["7",null,"rooms:b","crash",{}]"#)
            for _ in 0..<2 { _ = try client.receiveMessage() }
            try end(client)
        }
        let lines = try lines()
        #expect(lines.map { $0.member("n")?.integer } == Array(1...lines.count))
        #expect(
            lines.map(words).sorted()
                == [
                    #"1 "in" "connect" null null null null null null"#,
                    #"1 "in" "join" "rooms:a" "phx_join" "1" "1" {} null"#,
                    #"1 "out" "reply" "rooms:a" "phx_reply" "1" "1" {} "ok""#,
                    #"1 "in" "push" "rooms:a" "push then reply" "3" "1" { "x" : 1 } null"#,
                    #"1 "out" "message" "rooms:a" "before" null "1" { "x" : 1 } null"#,
                    #"1 "out" "reply" "rooms:a" "phx_reply" "3" "1" { "x" : 1 } "ok""#,
                    #"1 "in" "push" "rooms:a" "broadcast" "4" "1" {} null"#,
                    #"1 "out" "broadcast" "rooms:a" "shout" null null {} null"#,
                    #"1 "in" "push" "rooms:a" "echo_binary" "5" "1" {"$binary":"/w=="} null"#,
                    #"1 "out" "reply" "rooms:a" "phx_reply" "5" "1" {"$binary":"/w=="} "ok""#,
                    #"1 "in" "leave" "rooms:a" "phx_leave" "6" "1" {} null"#,
                    #"1 "out" "reply" "rooms:a" "phx_reply" "6" "1" {} "ok""#,
                    #"1 "out" "close" "rooms:a" "phx_close" "1" "1" {} null"#,
                    #"1 "in" "join" "rooms:b" "phx_join" 7 "7" {} null"#,
                    #"1 "out" "reply" "rooms:b" "phx_reply" 7 "7" {} "ok""#,
                    #"1 "in" "push" "rooms:b" "crash" null "7" {} null"#,
                    #"1 "out" "crash" "rooms:b" "phx_error" "7" "7" {"reason":"channel_crash"} null"#,
                    #"1 "in" "close" null null null null null 1000"#,
                ].sorted())
        // An answer never stands before what it answers.
        let kinds = lines.map { $0.member("kind")?.string ?? "" }
        #expect(kinds.first == "connect" && kinds[1] == "join" && kinds.last == "close")
    }

    @Test func countedMessagesGoOnAfterARestartAndSoDoTheLinesAndSockets() async throws {
        var ticks: [Int] = []
        for run in 1...2 {
            try await withServer { port in
                let client = try WebSocketTestClient(port: port)
                try client.send(#"["1","1","rooms:a","phx_join",{}]"#)
                try client.send(#"["1","2","rooms:a","counter",{"interval_ms":1}]"#)
                for _ in 0..<2 { #expect(try client.receiveMessage().reply?.status == "ok") }
                for _ in 0..<5 {
                    guard case .json(let tick) = try client.receiveMessage().payload else { continue }
                    ticks.append(try #require(tick.slice.member("seq")?.integer))
                }
            }
            let lines = try lines()
            #expect(lines.map { $0.member("n")?.integer } == Array(1...lines.count))
            #expect(lines.last?.member("conn")?.integer == run)
        }
        #expect(ticks.prefix(5) == [1, 2, 3, 4, 5])
        let written = try lines().filter { $0.member("event")?.string == "tick" }
            .compactMap { $0.member("payload")?.member("seq")?.integer }
        #expect(written == Array(1...written.count))
        // The second run's first tick is the one behind the first run's last, seen or not.
        #expect(ticks.suffix(5).elementsEqual((ticks[5])..<(ticks[5] + 5)) && ticks[5] > 5)
    }

    @Test func burstsAndBroadcastsAreCountedWhereThatIsAskedFor() async throws {
        try await withServer { port in
            let client = try WebSocketTestClient(port: port)
            try client.send(#"["1","1","rooms:a","phx_join",{}]"#)
            try client.send(#"["1","2","rooms:a","burst",{"n":2,"size":1,"seq":true}]"#)
            for _ in 0..<3 { _ = try client.receiveMessage() }
            try client.send(#"["1","3","rooms:a","broadcast_counted",{"hi":1}]"#)
            #expect(
                try client.receiveMessage()
                    == Message(
                        joinRef: nil, ref: nil, topic: "rooms:a", event: "shout",
                        payload: .json(try JSONText(#"{"seq":3,"hi":1}"#))))
            try end(client)
        }
    }

    @Test func aLineThatWasCutShortIsEndedAndPassedOver() async throws {
        try #"{"n":41,"conn":7,"dir":"out","topic":"rooms:a","payload":{"seq":9}}"#.appending("\n{\"n\":42,\"co")
            .write(toFile: path, atomically: false, encoding: .utf8)
        try await withServer { port in
            let client = try WebSocketTestClient(port: port)
            try client.send(#"["1","1","rooms:a","phx_join",{}]"#)
            try client.send(#"["1","2","rooms:a","broadcast_counted",{}]"#)
            _ = try client.receiveMessage()
            #expect(try client.receiveMessage().payload == .json(try JSONText(#"{"seq":10}"#)))
            try end(client)
        }
        let text = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        #expect(text[1] == #"{"n":42,"co"#)
        #expect(text[2].hasPrefix(#"{"n":42,"conn":8,"dir":"in","kind":"connect""#))
    }

    @Test func aServersOwnCloseIsTold() async throws {
        try await withServer { port in
            let client = try WebSocketTestClient(port: port)
            try client.send("no JSON")
            #expect(try client.receive().closeCode == 1011)
        }
        #expect(words(try #require(try lines().last)) == #"1 "out" "close" null null null null null 1011"#)
    }

    @Test func aFileThatCantBeOpenedIsAnErrorInWords() async throws {
        let error = await #expect(throws: DemoServer.StartError.self) {
            try await DemoServer.start(port: 0, options: DemoOptions(sequenceFile: "/nosuch/file"))
        }
        #expect(error?.description.contains("/nosuch/file") == true)
    }

    @Test func whatCantBeToldIsNotSent() async throws {
        let server = try await DemoServer.start(port: 0, options: DemoOptions(sequenceFile: "/dev/full"))
        let result = Result {
            let client = try WebSocketTestClient(port: server.port)
            #expect(try client.receive().closeCode == 1011)
        }
        await server.shutdown()
        try result.get()
    }
}
