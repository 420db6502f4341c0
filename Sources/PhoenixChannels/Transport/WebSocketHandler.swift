import NIOCore
import NIOSSL
import NIOWebSocket

/// An open websocket: whole messages in batches to the connection, its frames out with one flush.
final class WebSocketHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    /// What an API calls a close frame without a code (RFC 6455 section 7.1.5); never on the wire.
    private static let noCode: UInt16 = 1005

    private let owner: any TransportHandler
    private let configuration: ConnectionConfiguration
    private var masks = MaskSource()
    private var assembler = MessageAssembler.between
    private var received: [Frame] = []
    /// The data of the last ping that could not be answered yet, since the server reads too slowly.
    private var owedPong: [UInt8]?
    private var context: ChannelHandlerContext?
    private var closeDeadline: Scheduled<Void>?
    private var hasSentClose = false
    private var needsFlush = false
    private var closeCode: UInt16?
    private var reason = ""

    init(_ owner: any TransportHandler, _ configuration: ConnectionConfiguration) {
        self.owner = owner
        self.configuration = configuration
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        closeDeadline?.cancel()
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch assembler.received(unwrapInboundIn(data), limit: configuration.maxFrameBytes) {
        case .none: break
        case .message(let frame): received.append(frame)
        case .ping(let data): pong(data)
        case .close(let code, let reason): serverCloses(code, reason)
        case .fail(let violation): fail(violation)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        deliver()
        flush()
        context.fireChannelReadComplete()
    }

    func channelInactive(context: ChannelHandlerContext) {
        deliver()
        closeDeadline?.cancel()
        owner.transportClosed(code: closeCode, reason: reason)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case let violation as NIOWebSocketError:
            fail(WebSocketViolation(violation, limit: configuration.maxFrameBytes))
        default:
            if !assembler.isEnded { reason = Self.words(error) }
            context.close(promise: nil)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        send()
        context.fireChannelWritabilityChanged()
    }

    /// Writes all that is to be sent, unless the server reads so slowly that it had better wait in the outbox.
    func send() {
        guard context?.channel.isWritable == true else { return }
        if let data = owedPong {
            owedPong = nil
            write(.pong, ByteBuffer(bytes: data))
        }
        sendAll()
    }

    private func sendAll() {
        guard !hasSentClose else { return }
        for frame in owner.transportTakesFrames() {
            switch frame {
            case .text(let bytes): write(.text, ByteBuffer(bytes: bytes))
            case .binary(let bytes): write(.binary, ByteBuffer(bytes: bytes))
            }
        }
        flush()
    }

    /// Sends what is to be sent and a close frame; the connection ends with the answer, or without one after a while.
    func close(code: UInt16) {
        guard !hasSentClose, let context else { return }
        sendAll()
        var data = ByteBuffer()
        data.writeInteger(code)
        write(.connectionClose, data)
        hasSentClose = true
        flush()
        closeDeadline = context.eventLoop.scheduleTask(in: TimeAmount(configuration.closeTimeout)) {
            [channel = context.channel] in channel.close(promise: nil)
        }
    }

    /// Says that we go, and goes.
    func drop() {
        guard let context else { return }
        var data = ByteBuffer()
        data.write(webSocketErrorCode: .goingAway)
        write(.connectionClose, data)
        hasSentClose = true
        flush()
        context.close(promise: nil)
    }

    /// Answers a ping; only the last where they come faster than the answers are read (RFC 6455 section 5.5.3).
    private func pong(_ data: [UInt8]) {
        if context?.channel.isWritable == true {
            write(.pong, ByteBuffer(bytes: data))
        } else {
            owedPong = data
        }
    }

    private func serverCloses(_ code: UInt16?, _ reason: String) {
        (closeCode, self.reason) = (code ?? Self.noCode, reason)
        deliver()
        endsWith(code)
    }

    /// Ends a websocket whose server broke the protocol.
    private func fail(_ violation: WebSocketViolation) {
        assembler.end()
        (closeCode, reason) = (violation.code, violation.words)
        endsWith(violation.code)
    }

    private func endsWith(_ code: UInt16?) {
        if !hasSentClose {
            var data = ByteBuffer()
            if let code { data.writeInteger(code) }
            write(.connectionClose, data)
            hasSentClose = true
            flush()
        }
        context?.close(promise: nil)
    }

    private func deliver() {
        guard !received.isEmpty else { return }
        let frames = received
        received = []
        owner.transportReceived(frames)
    }

    private func write(_ opcode: WebSocketOpcode, _ data: ByteBuffer) {
        guard !hasSentClose, let context else { return }
        let frame = WebSocketFrame(fin: true, opcode: opcode, maskKey: masks.next(), data: data)
        context.write(wrapOutboundOut(frame), promise: nil)
        needsFlush = true
    }

    private func flush() {
        guard needsFlush, let context else { return }
        needsFlush = false
        context.flush()
    }

    /// What went wrong on an open websocket; nothing of what was on it.
    private static func words(_ error: any Error) -> String {
        switch error {
        case NIOSSLError.uncleanShutdown: "the server ended the connection without ending TLS"
        case is NIOSSLError, is BoringSSLError: "TLS failed"
        case let error as IOError: "the network failed: \(error.description)"
        default: "the websocket failed"
        }
    }
}
