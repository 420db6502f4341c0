import NIOCore
import NIOWebSocket

/// Counts the frames of a read, and writes what the pump says with one flush.
final class BareHandler: ChannelDuplexHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    /// Has this frame sent so often, and again as others come.
    struct Send: Sendable {
        let frame: ByteBuffer
        let count: Int
    }

    /// Keys at the cost of a multiplication: the system's generator would make a system call a frame, and be no match.
    private struct MaskGenerator: RandomNumberGenerator {
        var state = UInt64.random(in: .min ... .max)

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state
        }
    }

    private let pump: Pump
    private var masks = MaskGenerator()
    private var frame = ByteBuffer()
    private var received = 0

    init(_ pump: Pump) {
        self.pump = pump
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard let send = event as? Send else { return context.triggerUserOutboundEvent(event, promise: promise) }
        frame = send.frame
        write(send.count, context)
        promise?.succeed()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if unwrapInboundIn(data).opcode == .text { received += 1 }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if received > 0 { write(pump.came(received), context) }
        received = 0
    }

    private func write(_ count: Int, _ context: ChannelHandlerContext) {
        guard count > 0 else { return }
        for _ in 0..<count {
            let frame = WebSocketFrame(fin: true, opcode: .text, maskKey: .random(using: &masks), data: frame)
            context.write(wrapOutboundOut(frame), promise: nil)
        }
        context.flush()
    }
}
