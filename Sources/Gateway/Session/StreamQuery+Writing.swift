import HTTPCore
import HTTPTypes

/// How a stream's chunks stand in its body.
extension StreamQuery.Framing {
    /// The head of a stream, and what comes before its first chunk.
    func response(_ body: ResponseStream) -> Response {
        var response = Response(status: .ok, stream: body)
        response.headers[.contentType] = format.mediaType
        response.headers[.accelBuffering] = "no"
        return response
    }

    /// For how long an EventSource waits before it connects again, in milliseconds.
    private static let retry = 2_000

    /// What stands ahead of all chunks.
    var preamble: [UInt8] {
        switch self {
        case .eventStream: Array("retry: \(Self.retry)\n\n".utf8)
        case .lines: []
        }
    }

    func text(_ chunk: LogStream.Chunk) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(chunk.entries.reduce(128) { $0 + $1.size + 64 })
        for entry in chunk.entries { add(entry.text, entry.kind.rawValue, entry.cursor, to: &bytes) }
        if chunk.isHeartbeat {
            switch self {
            case .eventStream: bytes += Array(":\n\n".utf8)
            case .lines: bytes += Self.record("heartbeat", nil, chunk.next) + [UInt8(ascii: "\n")]
            }
        }
        if let end = chunk.end { add(Self.record("end", end.rawValue, chunk.next), "end", chunk.next, to: &bytes) }
        return bytes
    }

    private var format: ReadFormat {
        switch self {
        case .eventStream: .eventStream
        case .lines: .lines
        }
    }

    /// Adds one record; its JSON has no line break in it.
    private func add(_ json: [UInt8], _ kind: String, _ cursor: Cursor, to bytes: inout [UInt8]) {
        switch self {
        case .eventStream:
            bytes += Array("id: \(cursor)\nevent: \(kind)\ndata: ".utf8)
            bytes += json
            bytes += Array("\n\n".utf8)
        case .lines:
            bytes += json
            bytes.append(UInt8(ascii: "\n"))
        }
    }

    private static func record(_ kind: String, _ reason: String?, _ next: Cursor) -> [UInt8] {
        var writer = JSONObjectWriter(reserving: 96)
        writer.add("kind", kind)
        if let reason { writer.add("reason", reason) }
        writer.add("next", next.description)
        return writer.finish()
    }
}
