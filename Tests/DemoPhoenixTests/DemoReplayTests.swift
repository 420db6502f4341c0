import DemoPhoenix
import PhoenixChannels
import TestSupport
import Testing

/// The clients' frames of the recordings, sent to the demo server: it must answer as Phoenix did.
@Suite(.serialized) struct DemoReplayTests {
    @Test func everyRecordingIsReplayedOrLeftOutWithAReason() throws {
        let names = Set(try Transcript.all.map(\.name))
        for (name, reason) in leftOutOfDemo.sorted(by: { $0.key < $1.key }) {
            print("not replayed against the demo: \(name): \(reason)")
            #expect(names.contains(name), "\(name) is left out, and there is no such recording")
        }
        // A new recording is replayed unless it is listed: what the demo can't answer fails below.
        #expect(names.count - leftOutOfDemo.count == 65)
    }

    @Test(arguments: try Transcript.all.filter { leftOutOfDemo[$0.name] == nil })
    func theDemoAnswersAsRecorded(_ transcript: Transcript) async throws {
        let server = try await DemoServer.start(port: 0)
        var replay = DemoReplay(port: server.port)
        do {
            for row in transcript.rows { try replay.follow(row) }
            try replay.expectSilence()
        } catch {
            Issue.record("\(transcript): \(error)")
        }
        await server.shutdown()
    }
}

/// Follows a recording as its clients did.
private struct DemoReplay {
    let port: Int
    private var clients: [String: WebSocketTestClient] = [:]
    private var closeCode = 1000

    init(port: Int) {
        self.port = port
    }

    mutating func follow(_ row: TranscriptRow) throws {
        let conn = row.conn ?? ""
        switch row.direction {
        case .open:
            let target = row.url?.split(separator: "/", maxSplits: 2).last ?? ""
            clients[conn] = try WebSocketTestClient(port: port, target: "/\(target)")
        case .send: try send(row, on: try client(conn))
        case .recv: try expect(row, on: try client(conn))
        case .note:
            if let note = row.note, note.hasPrefix("client sends close "), let code = Int(note.suffix(4)) {
                closeCode = code
            }
            if row.note == "client ended its TCP side" { clients[conn]?.finish() }
        case .close:
            let client = try client(conn)
            if row.by == "client" { try client.sendClose(closeCode) }
            #expect(try client.receive().closeCode == row.code)
            clients[conn] = nil
        case .http: try ask(row, conn)
        }
    }

    /// Nothing more has come: the answer to a heartbeat is the next thing that every client reads.
    func expectSilence() throws {
        for client in clients.values {
            guard (try? client.send(#"[null,"last","phoenix","heartbeat",{}]"#)) != nil else { continue }
            let next = try? client.receiveMessage()
            #expect(next == nil || next?.ref == "last")
        }
    }

    private func client(_ conn: String) throws -> WebSocketTestClient {
        guard let client = clients[conn] else { throw RawSocket.Failure(description: "\(conn) is not open") }
        return client
    }

    private func send(_ row: TranscriptRow, on client: WebSocketTestClient) throws {
        let data = row.text ?? row.binary ?? []
        switch row.op {
        case nil: try client.send(row.frame ?? .text([]))
        case "ping": try client.send(.ping, data)
        case "text fin=True": try client.send(.text, data)
        case "text fin=False": try client.send(.text, data, fin: false)
        case "cont fin=False": try client.send(.continuation, data, fin: false)
        case "cont fin=True": try client.send(.continuation, data)
        case .some(let op): throw RawSocket.Failure(description: "can't send '\(op)'")
        }
    }

    private func expect(_ row: TranscriptRow, on client: WebSocketTestClient) throws {
        let incoming = try client.receive()
        guard let recorded = row.frame else {
            #expect(row.op == "pong" && incoming.opcode == .pong && incoming.data == row.binary)
            return
        }
        let same = incoming.frame.map { recorded.isSame(as: $0) } ?? false
        #expect(same, "recorded \(recorded.words), answered \(incoming.frame?.words ?? "\(incoming)")")
    }

    /// A request that is no upgrade, or must not become one; a recording of the raw handshake opens a client.
    private mutating func ask(_ row: TranscriptRow, _ conn: String) throws {
        if let line = row.raw.member("line")?.string {
            if line.hasPrefix("GET ") {
                clients[conn] = try WebSocketTestClient(port: port, target: String(line.split(separator: " ")[1]))
            }
            return
        }
        var headers: [String: String] = [:]
        for header in row.raw.member("req_headers")?.members() ?? [] { headers[header.name] = header.value.string }
        if row.raw.member("upgrade") != nil { headers = WebSocketTestClient.upgradeHeaders }
        let answer = try HTTPTestClient(port: port)
            .request(
                row.raw.member("method")?.string ?? "", row.raw.member("path")?.string ?? "", headers: headers,
                body: row.raw.member("method")?.string == "POST" ? "" : nil)
        #expect(answer.status == row.status)
        #expect(answer.text == row.raw.member("body")?.string)
    }
}

extension Frame {
    fileprivate var words: String {
        switch self {
        case .text(let bytes): String(decoding: bytes.prefix(300), as: UTF8.self)
        case .binary(let bytes): "binary \(bytes.prefix(100))"
        }
    }
}
