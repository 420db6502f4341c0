import NIOCore
import NIOSSL

/// An open websocket: whole messages in batches to the connection, its frames out with one flush.
final class WebSocketHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What an API calls a close frame without a code (RFC 6455 section 7.1.5); never on the wire.
    private static let noCode: UInt16 = 1005
    /// Messages told at once.
    ///
    /// What is sent in answer to them is on its way before the next are told, so that client and server work at the same
    /// time.
    private static let maxBatch = 16
    private static let goingAway: UInt16 = 1001

    private let owner: any TransportHandler
    private let configuration: ConnectionConfiguration
    private var decoder: FrameDecoder
    private var assembler = MessageAssembler.between
    private var encoder = FrameEncoder()
    private var received: [Frame] = []
    /// The data of the last ping that could not be answered yet, since the server reads too slowly.
    private var owedPong: [UInt8]?
    private var context: ChannelHandlerContext?
    private var closeDeadline: Scheduled<Void>?
    private var hasSentClose = false
    private var isReading = false
    private var isWoken = false
    private var closeCode: UInt16?
    private var reason = ""

    init(_ owner: any TransportHandler, _ configuration: ConnectionConfiguration) {
        self.owner = owner
        self.configuration = configuration
        decoder = FrameDecoder(limit: configuration.maxFrameBytes)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        closeDeadline?.cancel()
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        isReading = true
        // Behind the end there is nothing to be read.
        guard !assembler.isEnded else { return }
        decoder.received(unwrapInboundIn(data))
        do throws(WebSocketViolation) {
            while !assembler.isEnded, let frame = try decoder.next() { take(frame) }
        } catch {
            fail(error)
        }
    }

    private func take(_ frame: FrameDecoder.Frame) {
        switch assembler.received(frame, limit: configuration.maxFrameBytes) {
        case .none: break
        case .message(let frame):
            received.append(frame)
            if received.count == Self.maxBatch { deliver() }
        case .ping(let data): pong(data)
        case .close(let code, let reason): serverCloses(code, reason)
        case .fail(let violation): fail(violation)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        deliver()
        isReading = false
        if isWoken { send() }
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
        if !assembler.isEnded { reason = Self.words(error) }
        context.close(promise: nil)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        send()
        context.fireChannelWritabilityChanged()
    }

    /// Whether a read is being told, behind which all that is to be sent is written.
    func sendsAfterRead() -> Bool {
        if isReading { isWoken = true }
        return isReading
    }

    /// Writes all that is to be sent, unless the server reads so slowly that it had better wait in the outbox.
    func send() {
        isWoken = false
        guard context?.channel.isWritable == true else { return }
        if let data = owedPong {
            owedPong = nil
            write(.pong, data)
        }
        sendAll()
    }

    private func sendAll() {
        guard !hasSentClose else { return }
        for frame in owner.transportTakesFrames() {
            switch frame {
            case .text(let bytes): write(.text, bytes)
            case .binary(let bytes): write(.binary, bytes)
            }
        }
        flush()
    }

    /// Sends what is to be sent and a close frame; the connection ends with the answer, or without one after a while.
    func close(code: UInt16) {
        guard !hasSentClose, let context else { return }
        sendAll()
        writeClose(code)
        closeDeadline = context.eventLoop.scheduleTask(in: TimeAmount(configuration.closeTimeout)) {
            [channel = context.channel] in channel.close(promise: nil)
        }
    }

    /// Says that we go, and goes.
    func drop() {
        writeClose(Self.goingAway)
        context?.close(promise: nil)
    }

    /// Answers a ping; only the last where they come faster than the answers are read (RFC 6455 section 5.5.3).
    private func pong(_ data: [UInt8]) {
        if context?.channel.isWritable == true {
            write(.pong, data)
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
        writeClose(code)
        context?.close(promise: nil)
    }

    private func deliver() {
        guard !received.isEmpty else { return }
        let frames = received
        received = []
        owner.transportReceived(frames)
        if isWoken { send() }
    }

    /// Writes the close frame, behind which nothing is written.
    private func writeClose(_ code: UInt16?) {
        write(.close, code.map { [UInt8($0 >> 8), UInt8($0 & 0xFF)] } ?? [])
        hasSentClose = true
        flush()
    }

    private func write(_ opcode: WebSocketOpcode, _ data: [UInt8]) {
        if !hasSentClose { encoder.write(opcode, data) }
    }

    private func flush() {
        guard !encoder.isEmpty, let context else { return }
        context.writeAndFlush(wrapOutboundOut(encoder.take()), promise: nil)
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
