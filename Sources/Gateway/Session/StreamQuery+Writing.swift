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
        var writer = JSONObjectWriter(textReserving: chunk.entries.reduce(128) { $0 + $1.size + 64 })
        for entry in chunk.entries {
            add(entry.kind.rawValue, entry.cursor, to: &writer) { entry.write(to: &$0) }
        }
        if chunk.isHeartbeat {
            switch self {
            case .eventStream: writer.append(":\n\n")
            case .lines: add("heartbeat", chunk.next, to: &writer) { Self.write("heartbeat", nil, chunk.next, to: &$0) }
            }
        }
        if let end = chunk.end {
            add("end", chunk.next, to: &writer) { Self.write("end", end.rawValue, chunk.next, to: &$0) }
        }
        return writer.bytes
    }

    private var format: ReadFormat {
        switch self {
        case .eventStream: .eventStream
        case .lines: .lines
        }
    }

    /// Adds one record, an object of these members: its JSON has no line break in it.
    private func add(
        _ kind: String, _ cursor: Cursor, to writer: inout JSONObjectWriter, members: (inout JSONObjectWriter) -> Void
    ) {
        switch self {
        case .eventStream:
            writer.append("id: ")
            writer.append(cursor)
            writer.append("\nevent: ")
            writer.append(kind)
            writer.append("\ndata: ")
            writer.addObject(members)
            writer.append("\n\n")
        case .lines:
            writer.addObject(members)
            writer.append("\n")
        }
    }

    private static func write(_ kind: String, _ reason: String?, _ next: Cursor, to writer: inout JSONObjectWriter) {
        writer.add("kind", kind)
        if let reason { writer.add("reason", reason) }
        writer.add("next", next)
    }
}
