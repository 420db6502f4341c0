import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOWebSocket
import Testing

@testable import DemoPhoenix

/// A burst goes out in parts, as it is made.
@Suite struct BurstTests {
    /// Counts the frames that each flush sends.
    private final class FlushCounter: ChannelOutboundHandler {
        typealias OutboundIn = WebSocketFrame
        typealias OutboundOut = WebSocketFrame

        private(set) var parts: [Int] = []
        private var written = 0

        func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
            written += 1
            context.write(data, promise: promise)
        }

        func flush(context: ChannelHandlerContext) {
            if written > 0 { parts.append(written) }
            written = 0
            context.flush()
        }
    }

    private let channel = EmbeddedChannel()
    private let counter = FlushCounter()

    private func send(_ text: String) throws {
        try channel.writeInbound(WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer(string: text)))
    }

    @Test func itsFirstMessagesAreSentBeforeItsLastAreMade() throws {
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/socket/websocket?vsn=2.0.0")
        let handshake = DemoHandshake(DemoEnvironment())
        #expect(handshake.decide(head, on: channel) != nil)
        try channel.pipeline.syncOperations.addHandler(counter)
        try channel.pipeline.syncOperations.addHandler(try #require(handshake.webSocketHandler))
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        try send(#"["1","1","rooms:lobby","phx_join",{}]"#)
        try send(#"["1","2","rooms:lobby","burst",{"n":150,"reply":true}]"#)
        #expect(counter.parts == [1, 64, 64, 23])
    }
}
