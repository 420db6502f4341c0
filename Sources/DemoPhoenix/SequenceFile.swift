import Glibc
import PhoenixChannels
import Synchronization

/// What the server sent and received on channels, one JSON object a line, each written before its frame goes out.
///
/// A restart appends, and counts on from what is there. The lines' members are in the documentation of `DemoPhoenix`.
final class SequenceFile: Sendable {
    enum Direction: String {
        case incoming = "in"
        case outgoing = "out"
    }

    private struct State {
        var lastLine: Int
        /// Lines can't be written any more: what they would tell mustn't happen.
        var isBroken = false
    }

    /// What the file tells of earlier runs.
    let earlier: SequenceHistory
    private let descriptor: Int32
    private let state: Mutex<State>

    /// Reads what is there, and opens the file to append to it; a line that was cut short is ended.
    init(path: String) throws(DemoServer.StartError) {
        descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw DemoServer.StartError(description: "the sequence file \(path) can't be opened: errno \(errno)")
        }
        earlier = SequenceHistory(descriptor)
        state = Mutex(State(lastLine: earlier.lastLine))
        if earlier.isCutShort { _ = Self.write([UInt8(ascii: "\n")], to: descriptor) }
    }

    deinit { Glibc.close(descriptor) }

    /// Tells of an accepted websocket; false when that couldn't be written.
    func recordConnect(socket: Int) -> Bool {
        append(socket, .incoming, "connect", nil, status: nil)
    }

    /// Tells of a websocket's end, with 1006 for one without a close frame.
    func recordClose(_ code: UInt16, _ direction: Direction, socket: Int) -> Bool {
        append(socket, direction, "close", nil, status: Array(String(code).utf8))
    }

    /// Tells of a message on a channel; false when that couldn't be written, and so mustn't be sent.
    func record(_ message: Message, _ direction: Direction, socket: Int) -> Bool {
        guard message.topic != "phoenix" else { return true }
        return append(
            socket, direction, Self.kind(message, direction), message,
            status: message.reply.map { Array(DemoChannel.quoted($0.status).utf8) })
    }

    private static func kind(_ message: Message, _ direction: Direction) -> String {
        switch (direction, message.event) {
        case (.incoming, "phx_join"): "join"
        case (.incoming, "phx_leave"): "leave"
        case (.incoming, _): "push"
        case (.outgoing, "phx_reply"): "reply"
        case (.outgoing, "phx_close"): "close"
        case (.outgoing, "phx_error"): "crash"
        case (.outgoing, _): message.joinRef == nil ? "broadcast" : "message"
        }
    }

    private func append(
        _ socket: Int, _ direction: Direction, _ kind: String, _ message: Message?, status: [UInt8]?
    ) -> Bool {
        var line = Array(#","conn":\#(socket),"dir":"\#(direction.rawValue)","kind":"\#(kind)","topic":"#.utf8)
        let null = Array("null".utf8)
        if let message { line.appendJSONString(message.topic) } else { line += null }
        line += Array(#","event":"#.utf8)
        if let message { line.appendJSONString(message.event) } else { line += null }
        line += Array(#","ref":"#.utf8)
        line.appendRef(message?.ref)
        line += Array(#","join_ref":"#.utf8)
        line.appendRef(message?.joinRef)
        line += Array(#","payload":"#.utf8)
        if let message { line.appendPayload(message.reply?.response ?? message.payload) } else { line += null }
        line += Array(#","status":"#.utf8)
        line += status ?? null
        line += Array("}\n".utf8)
        return state.withLock { state in
            guard !state.isBroken else { return false }
            state.lastLine += 1
            state.isBroken = !Self.write(Array(#"{"n":\#(state.lastLine)"#.utf8) + line, to: descriptor)
            return !state.isBroken
        }
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}

extension [UInt8] {
    /// Appends a payload on one line; bytes as `{"$binary":"<base64>"}`.
    fileprivate mutating func appendPayload(_ payload: Payload) {
        switch payload {
        case .json(let text): text.appendSingleLine(to: &self)
        case .binary(let data):
            self += Array(#"{"$binary":""#.utf8)
            self += Base64.encode(data)
            self += Array(#""}"#.utf8)
        }
    }
}
