import NIOCore
import NIOWebSocket

extension DemoWebSocketHandler {
    /// As a draining Phoenix on Bandit closes a socket with channels (transcript `server_shutdown_sigterm`).
    private static let serviceRestart: UInt16 = 1012
    /// Neither is defined by RFC 6455.
    private static let reservedOpcode = WebSocketOpcode(encodedWebSocketOpcode: 0xB)

    /// Does what was asked for from outside, and says how many sockets or channels that concerned.
    func obey(_ command: DemoCommand, _ context: ChannelHandlerContext) -> Int {
        defer { context.flush() }
        switch command {
        case .close(let code):
            perform(socket.close(code), context)
        case .stop:
            let isDrained = socket.hasChannels && socket.upgrade.mount.isDrained
            perform(socket.close(isDrained ? Self.serviceRestart : Self.normalClosure), context)
        case .drain:
            guard socket.hasChannels, socket.upgrade.mount.isDrained else { return 0 }
            perform(socket.close(Self.serviceRestart), context)
        case .kill:
            recordEnd(.outgoing, Self.abnormalClosure)
            gate(context)?.kill()
        case .halfOpen:
            isHalfOpen = true
            gate(context)?.halfOpen()
        case .garbage(let garbage):
            send(garbage, context)
        case .ping(let data):
            write(WebSocketFrame(fin: true, opcode: .ping, data: ByteBuffer(bytes: data)), context)
        case .crash(let topic):
            let before = socket.channels.count
            perform(socket.crash(topic), context)
            return before - socket.channels.count
        }
        return 1
    }

    private func gate(_ context: ChannelHandlerContext) -> ConnectionGate? {
        try? context.pipeline.syncOperations.handler(type: ConnectionGate.self)
    }

    private func send(_ garbage: DemoCommand.Garbage, _ context: ChannelHandlerContext) {
        let data =
            switch garbage {
            case .text: ByteBuffer(string: "no JSON {")
            case .utf8: ByteBuffer(bytes: [0x22, 0xFF, 0xFE, 0x22])
            case .short: ByteBuffer(string: "[null,null]")
            case .binary: ByteBuffer(bytes: [9, 9, 9])
            case .frame: ByteBuffer(string: "broken")
            }
        switch garbage {
        case .text, .utf8, .short: write(WebSocketFrame(fin: true, opcode: .text, data: data), context)
        case .binary: write(WebSocketFrame(fin: true, opcode: .binary, data: data), context)
        case .frame:
            guard let opcode = Self.reservedOpcode else { return }
            write(WebSocketFrame(fin: true, rsv1: true, opcode: opcode, data: data), context)
        }
    }
}
