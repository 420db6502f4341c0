/// What a server must not send (RFC 6455), and how it is answered.
enum WebSocketViolation: Error, Equatable {
    case reservedBits
    case unknownOpcode
    case maskedFrame
    case fragmentedControlFrame
    case longControlFrame
    case continuationWithoutStart
    case dataFrameInsideMessage
    case closeFrameOfOneByte
    case closeCode(UInt16)
    case closeReasonNotUTF8
    case textNotUTF8
    case tooLarge(limit: Int)

    /// The code of the close frame that ends the websocket: RFC 6455 section 7.4.1.
    var code: UInt16 {
        switch self {
        case .reservedBits, .unknownOpcode, .maskedFrame, .fragmentedControlFrame, .longControlFrame,
            .continuationWithoutStart, .dataFrameInsideMessage, .closeFrameOfOneByte, .closeCode:
            1002
        case .closeReasonNotUTF8, .textNotUTF8: 1007
        case .tooLarge: 1009
        }
    }

    /// What the server did, in words; nothing of what it sent.
    var words: String {
        switch self {
        case .reservedBits: "the server sent a frame with reserved bits"
        case .unknownOpcode: "the server sent a frame with an unknown opcode"
        case .maskedFrame: "the server sent a masked frame"
        case .fragmentedControlFrame: "the server sent a control frame in fragments"
        case .longControlFrame: "the server sent a control frame of more than 125 bytes"
        case .continuationWithoutStart: "the server sent a continuation of no message"
        case .dataFrameInsideMessage: "the server began a message inside another"
        case .closeFrameOfOneByte: "the server sent a close frame with half a code"
        case .closeCode(let code): "the server sent a close frame with the code \(code)"
        case .closeReasonNotUTF8: "the server sent a close frame whose reason is not UTF-8"
        case .textNotUTF8: "the server sent a text message that is not UTF-8"
        case .tooLarge(let limit): "the server sent a message over the limit of \(limit) bytes"
        }
    }
}
