import NIOCore
import Testing

@testable import PhoenixChannels

@Suite struct FrameDecoderTests {
    @Test func readsThatAllEndInsideAFrameLeaveNothingBehind() throws {
        var decoder = FrameDecoder(limit: 1_000)
        let frame = RawWebSocket.frame(0x82, [UInt8](repeating: 7, count: 100))
        let shifted = Array(frame[40...] + frame[..<40])
        decoder.received(ByteBuffer(bytes: frame[..<40]))
        for _ in 0..<1_000 {
            decoder.received(ByteBuffer(bytes: shifted))
            #expect(try decoder.next()?.data.readableBytes == 100)
            #expect(try decoder.next()?.data == nil)
        }
        #expect(decoder.unread.capacity <= 1_024)
    }

    @Test func aHeadIsJudgedBeforeItsDataHasCome() throws {
        var decoder = FrameDecoder(limit: 1_000)
        decoder.received(ByteBuffer(bytes: [0x82, 126, 0x03]))
        #expect(try decoder.next()?.data == nil)
        decoder.received(ByteBuffer(bytes: [0xE9]))
        #expect(throws: WebSocketViolation.tooLarge(limit: 1_000)) { try decoder.next() }
    }
}
