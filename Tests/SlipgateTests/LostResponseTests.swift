import Foundation
import PhoenixChannels
import TestSupport
import Testing

/// "Reads never delete": when a response is lost, the same URL is asked again.
@Suite(.serialized, .timeLimit(.minutes(10))) struct LostResponseTests {
    @Test func everyMessageIsSeenInOrderHoweverReadsAreCut() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "sequence-\(UUID()).jsonl").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let phoenix = try Slipgate("phoenix", "--port", "0", "--sequence", path)
        let gateway = try Slipgate("serve", "--port", "0")
        let client = try gateway.client()
        let created = try client.request(
            "POST", "/sessions",
            body: #"{"uri":"ws://127.0.0.1:\#(try phoenix.port())/socket/websocket","#
                + #""topics":[{"topic":"rooms:lobby"}],"log":{"max_entries":100000,"max_bytes":67108864}}"#)
        let session = try #require(created.string("url"), "\(created.text)")
        let counting = try client.request(
            "POST", "\(session)/topics/rooms:lobby/push?wait=50s",
            body: #"{"event":"counter","payload":{"interval_ms":20}}"#)
        #expect(counting.status == 200, "\(counting.text)")

        let generator = SeededGenerator()
        var reader = CutReader(port: try gateway.port(), path: "\(session)/messages", generator)
        for _ in 0..<1_000 { try reader.read() }
        try reader.readToEnd()
        #expect(reader.cuts > 500, "seed \(generator.seed)")
        #expect(reader.gaps == 0, "seed \(generator.seed)")

        var cursors: Set<String> = []
        let seen = reader.seen.filter { cursors.insert($0.cursor).inserted }.map(\.number)
        let sent = try Data(contentsOf: URL(filePath: path)).split(separator: UInt8(ascii: "\n"))
            .compactMap { try? JSONText(validating: Array($0), limits: .lenient).slice }
            .filter { $0.member("dir")?.string == "out" && $0.member("event")?.string == "tick" }
            .compactMap { $0.member("payload")?.member("seq")?.integer }
        #expect(seen.count > 100 && reader.seen.count > seen.count, "seed \(generator.seed)")
        #expect(seen == Array(sent.prefix(seen.count)), "seed \(generator.seed)")
    }
}
