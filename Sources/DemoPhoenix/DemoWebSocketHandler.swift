import NIOCore
import NIOWebSocket
import PhoenixChannels

/// A `DemoSocket` on a channel: carries out what it wants, with one flush a read.
final class DemoWebSocketHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    /// The server stops: sent through the pipeline.
    struct Stop: Sendable {}

    /// As a draining Phoenix on Bandit closes: with channels, and without (transcript `server_shutdown_sigterm`).
    private static let serviceRestart: UInt16 = 1012
    private static let normalClosure: UInt16 = 1000
    /// How long a client may take to answer a close frame.
    private static let closeTimeout = TimeAmount.seconds(2)

    private let hub: DemoHub
    private let id: Int
    private var socket = DemoSocket()
    private var topics: Set<String> = []
    private var hasSentClose = false

    init(_ hub: DemoHub) {
        self.hub = hub
        id = hub.newSocket()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        let bytes = frame.unmaskedData
        switch frame.opcode {
        case .text: perform(socket.received(.text(Array(bytes.readableBytesView))), context)
        case .binary: perform(socket.received(.binary(Array(bytes.readableBytesView))), context)
        case .ping: write(.pong, bytes, context)
        case .connectionClose:
            close(Self.normalClosure, context)
            context.close(promise: nil)
        default: break
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.flush()
        context.fireChannelReadComplete()
    }

    func channelInactive(context: ChannelHandlerContext) {
        for topic in topics { hub.leave(topic, id) }
        topics = []
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is Stop else { return context.fireUserInboundEventTriggered(event) }
        close(socket.hasChannels ? Self.serviceRestart : Self.normalClosure, context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func perform(_ actions: [DemoAction], _ context: ChannelHandlerContext) {
        for action in actions {
            switch action {
            case .send(let frame): write(frame, context)
            case .broadcast(let message, let toSelf): hub.broadcast(message, except: toSelf ? nil : id)
            case .joined(let topic): join(topic, context)
            case .left(let topic):
                topics.remove(topic)
                hub.leave(topic, id)
            case .wait(let delay, let timer): wait(delay, timer, context)
            case .close(let code): close(code, context)
            }
        }
    }

    /// Another socket's broadcast comes on that one's event loop, and is written on this one's.
    private func join(_ topic: String, _ context: ChannelHandlerContext) {
        topics.insert(topic)
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        hub.join(topic, id) { frames in
            bound.eventLoop.execute {
                let (handler, context) = bound.value
                for frame in frames { handler.write(frame, context) }
                context.flush()
            }
        }
    }

    private func wait(_ delay: Duration, _ timer: DemoTimer, _ context: ChannelHandlerContext) {
        context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(delay)) {
            self.perform(self.socket.elapsed(timer), context)
            context.flush()
        }
    }

    private func write(_ frame: Frame, _ context: ChannelHandlerContext) {
        switch frame {
        case .text(let bytes): write(.text, ByteBuffer(bytes: bytes), context)
        case .binary(let bytes): write(.binary, ByteBuffer(bytes: bytes), context)
        }
    }

    private func write(_ opcode: WebSocketOpcode, _ data: ByteBuffer, _ context: ChannelHandlerContext) {
        guard !hasSentClose, context.channel.isActive else { return }
        context.write(wrapOutboundOut(WebSocketFrame(fin: true, opcode: opcode, data: data)), promise: nil)
    }

    private func close(_ code: UInt16, _ context: ChannelHandlerContext) {
        guard !hasSentClose else { return }
        var data = ByteBuffer()
        data.writeInteger(code)
        write(.connectionClose, data, context)
        hasSentClose = true
        context.flush()
        context.eventLoop.assumeIsolated().scheduleTask(in: Self.closeTimeout) { context.close(promise: nil) }
    }
}
