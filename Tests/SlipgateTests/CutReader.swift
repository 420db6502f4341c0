import PhoenixChannels
import TestSupport
import Testing

/// A client whose connection is lost while it reads, as often as not, and that asks again with the cursor it had.
struct CutReader {
    private enum Framing: CaseIterable {
        case json, lines, events
    }

    let port: Int
    let path: String
    var generator: SeededGenerator
    /// What came, as often as it came: each message's cursor, and its number.
    private(set) var seen: [(cursor: String, number: Int)] = []
    private(set) var cuts = 0
    private(set) var gaps = 0
    private var cursor: String?

    init(port: Int, path: String, _ generator: SeededGenerator) {
        (self.port, self.path, self.generator) = (port, path, generator)
    }

    private var target: String { path + "?wait=1s" + (cursor.map { "&after=\($0)" } ?? "") }

    mutating func read() throws {
        switch Framing.allCases.randomElement(using: &generator) {
        case .json, nil: try readJSON(isCut: Bool.random(using: &generator))
        case .lines: try readStream(accept: "application/x-ndjson", prefix: "")
        case .events: try readStream(accept: "text/event-stream", prefix: "data: ")
        }
    }

    /// Reads what is left, over connections that hold.
    mutating func readToEnd() throws {
        while try readJSON(isCut: false) {}
    }

    @discardableResult
    private mutating func readJSON(isCut: Bool) throws -> Bool {
        let client = try HTTPTestClient(port: port)
        try client.send("GET", "\(target)&limit=\(Int.random(in: 1...200, using: &generator))")
        guard !isCut else {
            try cutOff(client)
            return true
        }
        let answer = try client.receive()
        #expect(answer.status == 200, "\(answer.text)")
        for entry in answer.json.member("messages")?.elements() ?? [] { take(entry) }
        let next = try #require(answer.string("next"))
        cursor = next
        return answer.json.member("more")?.bool == true
    }

    /// Loses the connection before, inside or after the head, or inside the body.
    private mutating func cutOff(_ client: HTTPTestClient) throws {
        cuts += 1
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: break
        case 1: _ = try client.socket.receive(Int.random(in: 1..<100, using: &generator))
        case 2: _ = try client.socket.receiveHead()
        default:
            let head = String(decoding: try client.socket.receiveHead(), as: UTF8.self)
            let length = head.split(separator: "\r\n").first { $0.hasPrefix("Content-Length: ") }
                .flatMap { Int($0.dropFirst("Content-Length: ".count)) }
            _ = try client.socket.receive(Int.random(in: 0..<(try #require(length)), using: &generator))
        }
        end(client)
    }

    private mutating func readStream(accept: String, prefix: String) throws {
        let client = try HTTPTestClient(port: port)
        try client.send("GET", target, headers: ["Accept": accept])
        cuts += 1
        if Int.random(in: 0..<8, using: &generator) > 0 {
            #expect(try client.socket.receiveHead().starts(with: Array("HTTP/1.1 200 ".utf8)))
            let raw = try client.socket.receive(Int.random(in: 0..<600, using: &generator))
            // A line that is cut short is none.
            let whole = Self.unchunked(raw).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
                .dropLast().filter { $0.starts(with: Array((prefix + "{\"cursor\"").utf8)) }
            let entries = try whole.map {
                try JSONText(validating: Array($0.dropFirst(prefix.utf8.count)), limits: .lenient).slice
            }
            for entry in entries { take(entry) }
            // As often as not what came is forgotten with the connection.
            if Bool.random(using: &generator), let last = entries.last?.member("cursor")?.string { cursor = last }
        }
        end(client)
    }

    /// What stands in the chunks, the last of which may be cut short.
    private static func unchunked(_ raw: [UInt8]) -> [UInt8] {
        var body: [UInt8] = []
        var rest = raw[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\r")), end + 2 <= rest.endIndex,
            let size = Int(String(decoding: rest[..<end], as: UTF8.self), radix: 16)
        {
            rest = rest[(end + 2)...]
            body += rest.prefix(size)
            rest = rest.dropFirst(size + 2)
        }
        return body
    }

    private mutating func end(_ client: HTTPTestClient) {
        if Bool.random(using: &generator) { client.socket.reset() }
    }

    private mutating func take(_ entry: JSONSlice) {
        guard let number = entry.member("payload")?.member("seq")?.integer, let cursor = entry.member("cursor")?.string
        else {
            gaps += 1
            return
        }
        seen.append((cursor, number))
    }
}
