import PhoenixChannels
import TestSupport
import Testing

/// The server's frames of the recordings, told to the client: what it sends must be what the recording's client sent, and
/// every frame it gets must mean what it meant there.
@Suite struct ClientReplayTests {
    @Test func everyRecordingIsReplayedOrLeftOutWithAReason() throws {
        let names = Set(try Transcript.all.map(\.name))
        for (name, reason) in leftOutOfClient.sorted(by: { $0.key < $1.key }) {
            print("not replayed into the client: \(name): \(reason)")
            #expect(names.contains(name), "\(name) is left out, and there is no such recording")
        }
        #expect(names.count - leftOutOfClient.count == 56)
    }

    @Test(arguments: try Transcript.all.filter { leftOutOfClient[$0.name] == nil })
    func theClientSendsAndUnderstandsWhatWasRecorded(_ transcript: Transcript) throws {
        var clients: [String: ReplayedClient] = [:]
        var messages = 0
        for row in transcript.rows {
            let conn = row.conn ?? ""
            if row.direction == .open || row.raw.member("line")?.string?.hasPrefix("GET ") == true {
                clients[conn] = try ReplayedClient()
            }
            switch row.direction {
            case .send:
                try clients[conn]?.send(row)
                messages += 1
            case .recv:
                try clients[conn]?.receive(row)
                messages += 1
            case .close: clients[conn]?.close(row)
            case .open, .http, .note: break
            }
        }
        #expect(messages > 0 || transcript.rows.contains { $0.direction == .close })
    }
}
