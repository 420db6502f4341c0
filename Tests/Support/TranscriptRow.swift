import Foundation
package import PhoenixChannels

/// One line of a recording.
package struct TranscriptRow: Sendable {
    /// What the line tells of; `send` and `close` are named from the client's side.
    package enum Direction: String, Sendable {
        case open, send, recv, close, http, note
    }

    package let direction: Direction
    /// Milliseconds from the recording's start.
    package let t: Double
    /// Which client.
    package let conn: String?
    /// The UTF-8 of a text frame.
    package let text: [UInt8]?
    /// The bytes of a binary frame, of a control frame's data, or of a frame that `op` describes.
    package let binary: [UInt8]?
    /// `ping`, `pong`, or an opcode with its fin bit such as `text fin=False`; nil for a whole message.
    package let op: String?
    /// The websocket's address, on `open` rows.
    package let url: String?
    /// The HTTP status, on `open` and `http` rows.
    package let status: Int?
    /// The close code; 1006 where no close frame came.
    package let code: Int?
    /// Who sent the first close frame: `client`, `server`, or `tcp` for none.
    package let by: String?
    package let note: String?
    /// The whole line, for the members that have no property here.
    package let raw: JSONSlice

    /// The message that a `send` or `recv` row shows, where it is a whole one.
    package var frame: Frame? {
        guard op == nil else { return nil }
        return text.map(Frame.text) ?? binary.map(Frame.binary)
    }

    init(_ raw: JSONSlice) throws {
        guard let word = raw.member("dir")?.string, let direction = Direction(rawValue: word) else {
            throw TranscriptRowError.missing("dir")
        }
        guard let time = raw.member("t"), let t = Double(String(decoding: time.bytes, as: UTF8.self)) else {
            throw TranscriptRowError.missing("t")
        }
        self.direction = direction
        self.t = t
        self.raw = raw
        conn = raw.member("conn")?.string
        text = raw.member("text")?.string.map { Array($0.utf8) }
        binary = try raw.member("base64")?.string.map { base64 in
            guard let data = Data(base64Encoded: base64) else { throw TranscriptRowError.missing("base64") }
            return Array(data)
        }
        op = raw.member("op")?.string
        url = raw.member("url")?.string
        status = raw.member("status")?.integer
        code = raw.member("code")?.integer
        by = raw.member("by")?.string
        note = raw.member("note")?.string
    }
}
