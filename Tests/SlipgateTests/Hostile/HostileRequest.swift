import Foundation
import TestSupport

/// What a hostile client or a broken program sends, and what becomes of it: an entry of `requests/*.txt`.
///
/// An entry is its name and what must hold, and below, each line behind four blanks, its bytes: the lines are put together
/// as they stand, with no line's end but those that they name (`EscapedBytes`). `$SESSION` is the path of a session that
/// has joined `rooms:lobby`. What must hold is the statuses of all answers in their order, each with the problem's code, or
/// with `library` where libmicrohttpd answers, or with neither; `*50` behind one says that it comes so often; and last,
/// whether the connection is `open` for another request or `closed`.
///
/// Behind the bytes another request is sent, the marker; in its place, `\fin` ends our side, and `\stay` sends nothing.
struct HostileRequest: Sendable {
    enum Ending: Sendable {
        case marker, fin, stay
    }

    /// In the ids of requests that hide in others, and must not be taken for any.
    static let hidden = "smuggled"

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// The file and the line where it stands.
    let place: String
    let name: String
    let answers: [HostileAnswer.Kind]
    let staysOpen: Bool
    private(set) var text = ""
    private(set) var ending = Ending.marker

    var description: String { "\(place) \(name)" }

    /// All entries, in the order of the files.
    static let all: Result<[HostileRequest], any Error> = Result {
        let folder = Slipgate.root.appending(path: "Tests/SlipgateTests/Hostile/requests")
        return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "txt" }
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
            .flatMap { try entries(String(contentsOf: $0, encoding: .utf8), of: $0.lastPathComponent) }
    }

    private static func entries(_ text: String, of file: String) throws -> [HostileRequest] {
        var entries: [HostileRequest] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.isEmpty || line.hasPrefix("#") { continue }
            guard line.hasPrefix("    ") else {
                entries.append(try HostileRequest(line, place: "\(file):\(index + 1)"))
                continue
            }
            guard !entries.isEmpty else { throw Failure(description: "\(file) begins with no name") }
            entries[entries.count - 1].add(line.dropFirst(4))
        }
        return entries
    }

    private init(_ line: Substring, place: String) throws {
        guard let colon = line.range(of: ": ", options: .backwards) else {
            throw Failure(description: "\(place) doesn't say what must hold")
        }
        var words = line[colon.upperBound...].split(separator: ", ").map(String.init)
        let last = words.popLast()
        guard last == "open" || last == "closed" else {
            throw Failure(description: "\(place) is neither open nor closed")
        }
        self.place = place
        name = String(line[..<colon.lowerBound])
        answers = try words.flatMap(HostileAnswer.Kind.list)
        staysOpen = last == "open"
    }

    private mutating func add(_ line: Substring) {
        switch line {
        case #"\fin"#: ending = .fin
        case #"\stay"#: ending = .stay
        default: text += line
        }
    }

    /// The same, with another id for the requests that hide in it.
    func replacing(hidden id: String) -> HostileRequest {
        var copy = self
        copy.text = text.replacing(Self.hidden, with: id)
        return copy
    }

    /// Sends it in pieces of this size, and gives all that comes until the connection is closed, which it may be before all is
    /// sent.
    func send(_ bytes: [UInt8], toPort port: Int, piece: Int = .max) throws -> [UInt8] {
        let socket = try RawSocket(port: port)
        socket.sendAtOnce()
        var rest = bytes[...]
        while !rest.isEmpty, (try? socket.send(Array(rest.prefix(piece)))) != nil { rest = rest.dropFirst(piece) }
        if ending == .fin { socket.finish() }
        return try socket.receiveToEnd()
    }

    /// What is sent, the marker too.
    func bytes(session: String, marker: String) throws -> [UInt8] {
        let bytes = try EscapedBytes.bytes(text.replacing("$SESSION", with: session))
        guard ending == .marker else { return bytes }
        let head = "GET /marker HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: \(marker)\r\nConnection: close\r\n\r\n"
        return bytes + Array(head.utf8)
    }
}
