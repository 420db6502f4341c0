import NIOCore
import NIOWebSocket

/// An open websocket: whole messages in batches to the connection, its frames out with one flush.
final class WebSocketHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    private let owner: any TransportHandler
    private let configuration: ConnectionConfiguration
    private var masks = MaskSource()
    private var received: [Frame] = []
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
        let frame = unwrapInboundIn(data)
        switch frame.opcode {
        case .text: received.append(.text(Array(frame.unmaskedData.readableBytesView)))
        case .binary: received.append(.binary(Array(frame.unmaskedData.readableBytesView)))
        case .ping: write(.pong, frame.unmaskedData)
        case .connectionClose: serverCloses(frame.unmaskedData)
        default: break
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
        if reason.isEmpty { reason = Self.words(error) }
        if let error = error as? NIOWebSocketError {
            var data = ByteBuffer()
            data.write(webSocketErrorCode: error == .invalidFrameLength ? .messageTooLarge : .protocolError)
            write(.connectionClose, data)
            hasSentClose = true
            flush()
        }
        context.close(promise: nil)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        send()
        context.fireChannelWritabilityChanged()
    }

    /// Writes all that is to be sent, unless the server reads so slowly that it had better wait in the outbox.
    func send() {
        guard context?.channel.isWritable == true else { return }
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

    private func serverCloses(_ data: ByteBuffer) {
        var data = data
        closeCode = closeCode ?? data.readInteger()
        reason = data.readString(length: data.readableBytes) ?? ""
        deliver()
        if !hasSentClose {
            var answer = ByteBuffer()
            if let closeCode { answer.writeInteger(closeCode) }
            write(.connectionClose, answer)
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
        case NIOWebSocketError.invalidFrameLength: "the server sent a frame over the limit"
        case is NIOWebSocketError: "the server broke the websocket protocol"
        case let error as IOError: "the network failed: \(error.description)"
        default: "the websocket failed"
        }
    }
}
