import NIOCore

/// Puts a server's frames together to messages, and checks of RFC 6455 what a frame's head can't tell.
///
/// - `between`: no message is begun. Data frames go to `inside`, or are whole messages.
/// - `inside`: fragments of a message have come; control frames may come in between.
/// - `ended`: terminal. The server's close frame, or a violation, has come: whatever comes behind is nothing.
enum MessageAssembler {
    /// What is to be done about a frame.
    enum Action: Equatable {
        case none
        case message(Frame)
        case ping([UInt8])
        /// The server closes; without a code it gave none (1005 in an API, never on the wire).
        case close(code: UInt16?, reason: String)
        case fail(WebSocketViolation)
    }

    case between
    case inside(isText: Bool, [UInt8])
    case ended

    /// Takes a frame.
    ///
    /// - Parameters:
    ///   - frame: as `FrameDecoder` gives it.
    ///   - limit: bytes of a message, fragments put together.
    /// - Returns: what is to be done about it.
    mutating func received(_ frame: FrameDecoder.Frame, limit: Int) -> Action {
        if case .ended = self { return .none }
        switch frame.opcode {
        case .text, .binary: return begin(frame, limit)
        case .continuation: return resume(frame, limit)
        case .ping: return .ping(Array(buffer: frame.data))
        // Unasked for, or the answer to a ping: a sign of life that nobody waits for.
        case .pong: return .none
        case .close: return close(frame.data)
        }
    }

    var isEnded: Bool {
        if case .ended = self { true } else { false }
    }

    /// Nothing more is taken.
    mutating func end() {
        self = .ended
    }

    private mutating func begin(_ frame: FrameDecoder.Frame, _ limit: Int) -> Action {
        guard case .between = self else { return fail(.dataFrameInsideMessage) }
        let bytes = Array(buffer: frame.data)
        guard bytes.count <= limit else { return fail(.tooLarge(limit: limit)) }
        if frame.isFinal { return message(isText: frame.opcode == .text, bytes) }
        self = .inside(isText: frame.opcode == .text, bytes)
        return .none
    }

    private mutating func resume(_ frame: FrameDecoder.Frame, _ limit: Int) -> Action {
        switch consume self {
        case .inside(let isText, var bytes):
            self = .between
            guard bytes.count + frame.data.readableBytes <= limit else { return fail(.tooLarge(limit: limit)) }
            bytes += frame.data.readableBytesView
            if frame.isFinal { return message(isText: isText, bytes) }
            self = .inside(isText: isText, bytes)
            return .none
        case .between, .ended:
            self = .ended
            return .fail(.continuationWithoutStart)
        }
    }

    private mutating func message(isText: Bool, _ bytes: [UInt8]) -> Action {
        guard isText else { return .message(.binary(bytes)) }
        guard Self.isUTF8(bytes) else { return fail(.textNotUTF8) }
        return .message(.text(bytes))
    }

    private mutating func close(_ data: ByteBuffer) -> Action {
        var data = data
        self = .ended
        guard data.readableBytes > 0 else { return .close(code: nil, reason: "") }
        guard let code = data.readInteger(as: UInt16.self) else { return .fail(.closeFrameOfOneByte) }
        guard Self.isCloseCode(code) else { return .fail(.closeCode(code)) }
        let reason = Array(buffer: data)
        guard Self.isUTF8(reason) else { return .fail(.closeReasonNotUTF8) }
        return .close(code: code, reason: String(decoding: reason, as: UTF8.self))
    }

    private mutating func fail(_ violation: WebSocketViolation) -> Action {
        self = .ended
        return .fail(violation)
    }

    private static func isUTF8(_ bytes: [UInt8]) -> Bool {
        (try? UTF8Span(validating: bytes.span)) != nil
    }

    /// Whether a code may stand in a close frame: RFC 6455 section 7.4, and the registry that it makes.
    ///
    /// 1004 has no meaning; 1005, 1006 and 1015 are for APIs; what is unassigned below 3000 may come to be.
    private static func isCloseCode(_ code: UInt16) -> Bool {
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }
}
