import PhoenixChannels
import TestSupport
import Testing

/// The server's frames of the recordings, told to the client: what it sends must be what the recording's client sent, or
/// what this one does instead, and every frame it gets must mean what it meant there.
@Suite struct ClientReplayTests {
    @Test func everyRecordingIsReplayedOrLeftOutWithAReason() throws {
        let names = Set(try Transcript.all.map(\.name))
        for (name, reason) in leftOutOfClient.sorted(by: { $0.key < $1.key }) {
            print("not replayed into the client: \(name): \(reason)")
            #expect(names.contains(name), "\(name) is left out, and there is no such recording")
        }
        // A new recording is replayed unless it is listed: what the client can't do fails below.
        #expect(names.count - leftOutOfClient.count == 79)
    }

    @Test(arguments: try Transcript.all.filter { leftOutOfClient[$0.name] == nil })
    func theClientSendsAndUnderstandsWhatWasRecorded(_ transcript: Transcript) throws {
        var clients: [String: ReplayedClient] = [:]
        var count = 0
        for row in transcript.rows {
            let conn = row.conn ?? ""
            if row.direction == .open || row.raw.member("line")?.string?.hasPrefix("GET ") == true {
                clients[conn] = try ReplayedClient()
            }
            switch row.direction {
            case .send: try #require(clients[conn]).send(row)
            case .recv: try #require(clients[conn]).receive(row)
            case .close: try #require(clients[conn]).close(row)
            case .open, .http, .note: continue
            }
            count += 1
        }
        #expect(count > 0)
        for presence in clients.values.flatMap(\.presences.values) where presence.version > 0 {
            #expect(presence.isSynced)
        }
    }

    /// Rows 5 and 8: whatever a server closed with in the recordings, 1000 among it, is come back from.
    @Test func onlyACloseThatWasAskedForIsNotComeBackFrom() throws {
        var codes: Set<UInt16?> = []
        for row in try Transcript.all.flatMap(\.rows) where row.direction == .close {
            let transport = ScriptedTransport()
            let delegate = RecordingDelegate()
            let connection = Connection(
                endpoint: try Endpoint(uri: "ws://127.0.0.1:4000/"), transport: transport, delegate: delegate)
            connection.open()
            transport.links[0].accept()
            if row.by == "client" { connection.close() }
            let code = row.by == "tcp" ? nil : row.code.flatMap { UInt16(exactly: $0) }
            transport.links[0].handler.transportClosed(code: code, reason: "")
            transport.advance(.seconds(1))
            #expect(transport.links.count == (row.by == "client" ? 1 : 2), "\(String(describing: code))")
            if row.by != "client" { codes.insert(code) }
        }
        #expect(codes == [nil, 1000, 1001, 1002, 1007, 1009, 1011, 1012])
    }
}
