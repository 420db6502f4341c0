import Foundation
import PhoenixChannels
import TestSupport
import Testing

/// The demo server as a process of its own, which misbehaves, is killed and comes back.
@Suite(.serialized, .timeLimit(.minutes(10))) struct DemoProcessTests {
    @Test func theControlSurfaceIsThereOnlyWhenAskedFor() throws {
        let plain = try Slipgate("phoenix", "--port", "0")
        #expect(try plain.client().request("POST", "/control/drain", body: "").status == 404)
        let phoenix = try Slipgate("phoenix", "--port", "0", "--control")
        let client = try WebSocketTestClient(port: try phoenix.port())
        #expect(try phoenix.client().request("POST", "/control/kill-transports", body: "").text == #"{"count":1}"#)
        #expect(try client.isEnded())
        let help = try Slipgate.run(Slipgate.path, ["phoenix", "--help"])
        #expect(help.output.contains("kill-transports") && help.output.contains("--sequence"))
    }

    @Test func aStoppedServerCutsOffWhoDoesntAnswer() throws {
        let phoenix = try Slipgate("phoenix", "--port", "0", "--control")
        let mute = try WebSocketTestClient(port: try phoenix.port())
        let idle = try RawSocket(port: try phoenix.port())
        #expect(try phoenix.client().request("POST", "/control/half-open", body: "").text == #"{"count":1}"#)
        phoenix.signal(SIGTERM)
        #expect(phoenix.waitForExit() == 0)
        #expect(try mute.isEnded())
        #expect(try idle.receiveToEnd().isEmpty)
    }

    @Test func whatAClientSawStandsInTheFileOfAServerThatIsKilledAndCountedOn() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "sequence-\(UUID()).jsonl").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        var seen: [Int] = []
        for _ in 0..<3 {
            let phoenix = try Slipgate("phoenix", "--port", "0", "--sequence", path)
            let client = try WebSocketTestClient(port: try phoenix.port())
            try client.send(#"["1","1","rooms:a","phx_join",{}]"#)
            try client.send(#"["1","2","rooms:a","counter",{"interval_ms":1}]"#)
            for _ in 0..<12 {
                guard case .json(let payload) = try client.receiveMessage().payload else { continue }
                if let number = payload.slice.member("seq")?.integer { seen.append(number) }
            }
            phoenix.signal(SIGKILL)
            #expect(phoenix.waitForExit() == SIGKILL)
        }
        let lines = try Data(contentsOf: URL(filePath: path)).split(separator: UInt8(ascii: "\n"))
            .map { try JSONText(validating: $0, limits: .lenient).slice }
        #expect(lines.map { $0.member("n")?.integer } == Array(1...lines.count))
        #expect(Set(lines.compactMap { $0.member("conn")?.integer }) == [1, 2, 3])
        let sent = lines.filter { $0.member("event")?.string == "tick" }
            .compactMap { $0.member("payload")?.member("seq")?.integer }
        #expect(sent == Array(1...sent.count))
        #expect(seen.count == 30 && Set(seen).count == 30 && Set(seen).isSubset(of: sent))
    }
}
