import NIOCore

/// Takes what a server sends apart into frames, and judges each head as soon as it is there: RFC 6455 section 5.2.
///
/// It keeps what has come of a frame that isn't whole: no more than the limit, a head, and one read. A length in more bytes
/// than needed is taken. NIOWebSocket's codec does the same at more than twice the cost a message, which the client's
/// benchmark shows.
struct FrameDecoder {
    struct Frame {
        let opcode: WebSocketOpcode
        let isFinal: Bool
        let data: ByteBuffer
    }

    private struct Head {
        let opcode: WebSocketOpcode
        let isFinal: Bool
        let bytes: Int
        let dataBytes: Int
    }

    private static let maxControlBytes = 125

    /// Bytes of a frame's data.
    private let limit: Int
    private(set) var unread = ByteBuffer()

    init(limit: Int) {
        self.limit = limit
    }

    /// Takes the bytes of a read; `next` gives their frames.
    mutating func received(_ bytes: ByteBuffer) {
        guard unread.readableBytes > 0 else {
            unread = bytes
            return
        }
        // Else what was read would stay in front for as long as reads end inside frames.
        unread.discardReadBytes()
        unread.writeImmutableBuffer(bytes)
    }

    /// The next whole frame; nil when more must come first.
    mutating func next() throws(WebSocketViolation) -> Frame? {
        guard let head = try head(), unread.readableBytes - head.bytes >= head.dataBytes else { return nil }
        unread.moveReaderIndex(forwardBy: head.bytes)
        guard let data = unread.readSlice(length: head.dataBytes) else { return nil }
        if unread.readableBytes == 0 { unread = ByteBuffer() }
        return Frame(opcode: head.opcode, isFinal: head.isFinal, data: data)
    }

    private func head() throws(WebSocketViolation) -> Head? {
        let start = unread.readerIndex
        guard let bytes = unread.getInteger(at: start, as: UInt16.self) else { return nil }
        let isFinal = bytes & 0x8000 != 0
        guard bytes & 0x7000 == 0 else { throw .reservedBits }
        guard let opcode = WebSocketOpcode(rawValue: UInt8(bytes >> 8 & 0xF)) else { throw .unknownOpcode }
        guard bytes & 0x80 == 0 else { throw .maskedFrame }
        let shortLength = Int(bytes & 0x7F)
        if opcode.isControl {
            guard isFinal else { throw .fragmentedControlFrame }
            guard shortLength <= Self.maxControlBytes else { throw .longControlFrame }
        }
        switch shortLength {
        case 126:
            guard let length = unread.getInteger(at: start + 2, as: UInt16.self) else { return nil }
            return try head(opcode, isFinal, 4, UInt64(length))
        case 127:
            guard let length = unread.getInteger(at: start + 2, as: UInt64.self) else { return nil }
            return try head(opcode, isFinal, 10, length)
        default: return try head(opcode, isFinal, 2, UInt64(shortLength))
        }
    }

    private func head(
        _ opcode: WebSocketOpcode, _ isFinal: Bool, _ bytes: Int, _ dataBytes: UInt64
    ) throws(WebSocketViolation) -> Head {
        // A limit below what a control frame may have is the messages' only.
        guard dataBytes <= max(limit, Self.maxControlBytes) else { throw .tooLarge(limit: limit) }
        return Head(opcode: opcode, isFinal: isFinal, bytes: bytes, dataBytes: Int(dataBytes))
    }
}
