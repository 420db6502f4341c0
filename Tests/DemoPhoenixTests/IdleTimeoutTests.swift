@testable import DemoPhoenix
import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOWebSocket
import PhoenixChannels
import TestSupport
import Testing

/// What depends on the time, on a clock that the test moves: the recordings that tell of pauses, at their pace, too.
@Suite struct IdleTimeoutTests {
    private let channel = EmbeddedChannel()

    @discardableResult
    private func open(
        _ target: String, _ environment: DemoEnvironment = DemoEnvironment()
    ) throws -> DemoWebSocketHandler {
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: target)
        let handshake = DemoHandshake(environment)
        #expect(handshake.decide(head, on: channel) != nil)
        let handler = try #require(handshake.webSocketHandler)
        try channel.pipeline.syncOperations.addHandler(handler)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        return handler
    }

    private func send(_ text: String) throws {
        try channel.writeInbound(WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer(string: text)))
    }

    private func nextRef() throws -> WireRef? {
        guard let frame = try next() else { return nil }
        return try V2Serializer.decode(.text(Array(frame.data.readableBytesView)), by: .server).ref
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

    @Test func aHalfOpenSocketIsNotClosedForSilence() throws {
        try open("/short/websocket?vsn=2.0.0").isHalfOpen = true
        channel.embeddedEventLoop.advanceTime(by: .seconds(60))
        #expect(try next() == nil && channel.isActive)
    }

    /// An event loop that is late reads before it sends what is due.
    @Test func whatIsSaidWhenADelayHasEndedGoesBehindWhatWasDelayed() throws {
        let environment = DemoEnvironment(hasControl: true)
        try open("/socket/websocket?vsn=2.0.0", environment)
        try send(#"["1","1","rooms:lobby","phx_join",{}]"#)
        #expect(try nextRef() == "1")
        environment.faults?.delay = .milliseconds(200)
        channel.embeddedEventLoop.assumeIsolated().scheduleTask(in: .milliseconds(200)) {
            environment.faults?.delay = .zero
            try send(#"["1","3","rooms:lobby","ping",{}]"#)
        }
        try send(#"["1","2","rooms:lobby","ping",{}]"#)
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(200))
        #expect(try [nextRef(), nextRef()] == ["2", "3"])
    }
}
