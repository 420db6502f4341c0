@testable import DemoPhoenix
import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOWebSocket
import PhoenixChannels
import TestSupport
import Testing

/// The recordings that tell of pauses, at their pace, on a clock that the test moves.
@Suite struct IdleTimeoutTests {
    private let channel = EmbeddedChannel()

    private func open(_ target: String) throws {
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: target)
        let handshake = DemoHandshake(DemoEnvironment())
        #expect(handshake.decide(head, on: channel) != nil)
        try channel.pipeline.syncOperations.addHandler(try #require(handshake.webSocketHandler))
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    }

    private func next() throws -> WebSocketFrame? { try channel.readOutbound(as: WebSocketFrame.self) }

    private func closeCode(_ frame: WebSocketFrame?) -> Int? {
        guard let frame, frame.opcode == .connectionClose else { return nil }
        return frame.data.getInteger(at: 0, as: UInt16.self).map { Int($0) }
    }

    @Test(arguments: DemoReplayTests.paced)
    func whatTheClientSaysHoldsTheTimeoutOff(_ name: String) throws {
        var time = 0.0
        for row in try Transcript.named(name).rows {
            channel.embeddedEventLoop.advanceTime(by: .microseconds(Int64((row.t - time) * 1000)))
            time = row.t
            switch row.direction {
            case .open: try open("/short/websocket?vsn=2.0.0")
            case .send:
                #expect(try next() == nil, "before \(row.t)")
                let data = ByteBuffer(bytes: row.text ?? row.binary ?? [])
                let opcode: WebSocketOpcode = row.op == "ping" ? .ping : .text
                try channel.writeInbound(WebSocketFrame(fin: true, opcode: opcode, data: data))
            case .recv:
                let frame = try #require(try next())
                #expect(frame.opcode == (row.op == "pong" ? .pong : .text))
                let expected = row.text.map(Frame.text) ?? .binary(row.binary ?? [])
                let bytes = Array(frame.data.readableBytesView)
                #expect(expected.isSame(as: row.text == nil ? .binary(bytes) : .text(bytes)))
            case .close: #expect(try closeCode(next()) == row.code)
            case .note, .http: break
            }
        }
        #expect(time > 4_500)
    }

    @Test func anOrdinarySocketIsClosedAfterAMinute() throws {
        try open("/socket/websocket?vsn=2.0.0")
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(59_999))
        #expect(try next() == nil)
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(1))
        #expect(try closeCode(next()) == 1002)
    }
}
