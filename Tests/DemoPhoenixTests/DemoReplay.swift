import PhoenixChannels
import TestSupport
import Testing

/// Follows a recording as its clients did, against a demo server with its control surface.
///
/// Frames are compared as JSON values. What can't be the same is masked: `phx_ref`s become numbers in the order in which
/// they are seen, `t_us` (the recorder's clock) goes, and the recorded server's port becomes this one's.
struct DemoReplay {
    let port: Int
    /// Ends the server's process by this signal.
    private let signal: ((Int32) -> Void)?
    private var clients: [String: WebSocketTestClient] = [:]
    private var closeCode = 1000
    /// The headers of the next connection.
    private var headers = ["User-Agent": "lab/1", "X-Custom": "lab"]
    private var recordedRefs = PresenceRefs()
    private var answeredRefs = PresenceRefs()

    init(port: Int, signal: ((Int32) -> Void)? = nil) {
        self.port = port
        self.signal = signal
    }

    /// Ticks that fit into a timeout of 1.5 s.
    private static let mostTicks = 5

    mutating func follow(_ transcript: Transcript) throws {
        let transcript =
            try transcript.name == "push_reply_later_out_of_order" ? Self.slowed(transcript) : transcript
        var rows = Self.inOrderOfAsking(transcript.rows)[...]
        // Here a leave has to take longer than a join behind it.
        let query = transcript.name.hasSuffix(".reply_lost") ? "&slow_leave_ms=60000" : ""
        // How many come before the timeout depends on how late the machine is.
        let skipsTicks = transcript.name == "idle_timeout_despite_server_pushes"
        while let row = rows.popFirst() {
            let conn = row.conn ?? ""
            switch row.direction {
            case .open:
                let target = row.url?.split(separator: "/", maxSplits: 2).last ?? ""
                clients[conn] = try WebSocketTestClient(port: port, target: "/\(target)\(query)", headers: headers)
            case .send: try send(row, on: try client(conn))
            case .recv where skipsTicks && row.frame.flatMap(Self.event) == "tick": break
            case .recv:
                if let other = rows.first, Self.isPresenceRace(row, other) {
                    rows.removeFirst()
                    try expectBoth(row, other, on: try client(conn))
                } else {
                    try expect(row, on: try client(conn))
                }
            case .note: note(row.note ?? "", conn)
            case .close: try close(row, conn, skippingTicks: skipsTicks ? Self.mostTicks : 0)
            case .http: try ask(row, conn)
            }
        }
    }

    /// The same with delays ten times as long, so that what is sent behind them comes before they are over.
    private static func slowed(_ transcript: Transcript) throws -> Transcript {
        let lines = transcript.rows.map { row in
            String(decoding: row.raw.bytes, as: UTF8.self).replacing(#/delay_ms\\":[0-9]+/#) { "\($0.output)0" }
        }
        return try Transcript(name: transcript.name, content: Array(lines.joined(separator: "\n").utf8))
    }

    /// Nothing more has come: the answer to a heartbeat is the next thing that every client reads.
    func expectSilence() throws {
        for client in clients.values {
            guard (try? client.send(#"[null,"last","phoenix","heartbeat",{}]"#)) != nil else { continue }
            let next = try? client.receiveMessage()
            #expect(next == nil || next?.ref == "last")
        }
    }

    /// A request to the recorder's control stands where its answer came; its effects may stand before that.
    private static func inOrderOfAsking(_ rows: [TranscriptRow]) -> [TranscriptRow] {
        func time(_ row: TranscriptRow) -> Double {
            guard row.raw.member("path")?.string?.hasPrefix("/control/") == true else { return row.t }
            return row.raw.member("t_req").flatMap { Double(String(decoding: $0.bytes, as: UTF8.self)) } ?? row.t
        }
        return rows.enumerated().sorted { (time($0.element), $0.offset) < (time($1.element), $1.offset) }
            .map(\.element)
    }

    private func client(_ conn: String) throws -> WebSocketTestClient {
        guard let client = clients[conn] else { throw RawSocket.Failure(description: "\(conn) is not open") }
        return client
    }

    private mutating func note(_ note: String, _ conn: String) {
        if note.hasPrefix("client sends close "), let code = Int(note.suffix(4)) { closeCode = code }
        if note.hasPrefix("request header: ") {
            headers["Sec-WebSocket-Protocol"] = String(note.dropFirst("request header: ".count))
        }
        switch note {
        case "client ended its TCP side": clients[conn]?.finish()
        // The recorder stopped its server by a request, which does what SIGTERM does.
        case "SIGTERM", "POST /control/shutdown (System.stop)": signal?(15)
        case "SIGKILL": signal?(9)
        default: break
        }
    }

    private mutating func close(_ row: TranscriptRow, _ conn: String, skippingTicks ticks: Int) throws {
        let client = try client(conn)
        if row.by == "tcp" {
            #expect(try client.isEnded())
        } else {
            if row.by == "client" { try client.sendClose(closeCode) }
            var incoming = try client.receive()
            var ticked = 0
            while ticked < ticks, incoming.frame.flatMap(Self.event) == "tick" {
                incoming = try client.receive()
                ticked += 1
            }
            #expect(ticks == 0 || ticked > 0)
            #expect(incoming.closeCode == row.code)
        }
        clients[conn] = nil
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

    // MARK: What is received

    private mutating func expect(_ row: TranscriptRow, on client: WebSocketTestClient) throws {
        expect(row, try client.receive())
    }

    private mutating func expect(_ row: TranscriptRow, _ incoming: WebSocketTestClient.Incoming) {
        guard let recorded = row.frame else {
            let opcode: WebSocketTestClient.Opcode = row.op == "ping" ? .ping : .pong
            #expect(["ping", "pong"].contains(row.op))
            #expect(incoming.opcode == opcode && incoming.data == row.binary)
            return
        }
        let expected = masked(recorded, &recordedRefs)
        let answered = incoming.frame.map { masked($0, &answeredRefs) }
        let same = answered.map { expected.isSame(as: $0) } ?? false
        #expect(same, "recorded \(expected.words), answered \(answered?.words ?? "\(incoming)")")
    }

    /// A state and the diff of one's own join come in either order: the recording has both.
    private mutating func expectBoth(
        _ first: TranscriptRow, _ second: TranscriptRow, on client: WebSocketTestClient
    ) throws {
        let incoming = [try client.receive(), try client.receive()]
        let isSwapped = incoming[0].frame.flatMap(Self.event) != first.frame.flatMap(Self.event)
        expect(first, incoming[isSwapped ? 1 : 0])
        expect(second, incoming[isSwapped ? 0 : 1])
    }

    private static func isPresenceRace(_ first: TranscriptRow, _ second: TranscriptRow) -> Bool {
        let events = Set([first, second].compactMap { $0.frame.flatMap(event) })
        return first.conn == second.conn && events == ["presence_state", "presence_diff"]
    }

    private static func event(_ frame: Frame) -> String? { (try? V2Serializer.decode(frame, by: .server))?.event }

    private func masked(_ frame: Frame, _ refs: inout PresenceRefs) -> Frame {
        guard case .text(let bytes) = frame else { return frame }
        let text = String(decoding: bytes, as: UTF8.self)
            .replacing("127.0.0.1:4000/", with: "127.0.0.1:\(port)/")
            .replacing(#/,"t_us":[0-9]+/#, with: "")
            .replacing(#/"(phx_ref|phx_ref_prev)":"([^"]*)"/#) { #""\#($0.output.1)":\#(refs.number($0.output.2))"# }
        return .text(Array(text.utf8))
    }

    // MARK: HTTP

    /// A request that is no upgrade, or must not become one; a recording of the raw handshake opens a client.
    private mutating func ask(_ row: TranscriptRow, _ conn: String) throws {
        if let line = row.raw.member("line")?.string {
            if line.hasPrefix("GET ") {
                clients[conn] = try WebSocketTestClient(port: port, target: String(line.split(separator: " ")[1]))
            }
            return
        }
        let path = row.raw.member("path")?.string ?? ""
        guard !path.hasPrefix("/control/") else { return try control(row, path) }
        var headers: [String: String] = [:]
        for header in row.raw.member("req_headers")?.members() ?? [] { headers[header.name] = header.value.string }
        if row.raw.member("upgrade") != nil { headers = WebSocketTestClient.upgradeHeaders }
        let method = row.raw.member("method")?.string ?? ""
        let answer = try HTTPTestClient(port: port)
            .request(method, path, headers: headers, body: method == "POST" ? "" : nil)
        #expect(answer.status == row.status)
        #expect(answer.text == row.raw.member("body")?.string)
    }

    /// What the recorder's control took as a JSON body, ours takes as a query, and it has other names for two.
    private func control(_ row: TranscriptRow, _ path: String) throws {
        let names = ["kill_channels": "crash-channels", "kill_transports": "kill-transports", "raw": "ping"]
        let recorded = String(path.dropFirst("/control/".count))
        guard recorded != "shutdown" else { return }
        let body = try JSONText(row.raw.member("req_body")?.string ?? "{}").slice
        let query = body.members().compactMap { member in
            member.value.string.map { "\(member.name == "ping" ? "data" : member.name)=\($0)" }
        }
        let answer = try HTTPTestClient(port: port)
            .request(
                "POST", "/control/\(names[recorded] ?? recorded)?\(query.joined(separator: "&"))",
                body: body.member("payload").map { String(decoding: $0.bytes, as: UTF8.self) } ?? "")
        #expect(answer.status == row.status, "\(answer.text)")
    }
}

/// Numbers for presence's refs, in the order in which they are seen.
private struct PresenceRefs {
    private var numbers: [Substring: Int] = [:]

    mutating func number(_ ref: Substring) -> Int {
        let number = numbers[ref] ?? numbers.count + 1
        numbers[ref] = number
        return number
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
