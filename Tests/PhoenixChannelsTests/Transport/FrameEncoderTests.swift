import NIOCore
import Testing

@testable import PhoenixChannels

@Suite struct FrameEncoderTests {
    @Test(arguments: [0, 1, 7, 8, 9, 125, 126, 127, 65_535, 65_536])
    func aFrameIsMaskedAndGivesItsDataBack(_ count: Int) {
        let data = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 13) }
        var encoder = FrameEncoder()
        encoder.write(.binary, data)
        #expect(!encoder.isEmpty)
        let bytes = Array(buffer: encoder.take())
        #expect(encoder.isEmpty)
        let head: [UInt8] =
            switch count {
            case ..<126: [0x82, 0x80 | UInt8(count)]
            case ..<65_536: [0x82, 0x80 | 126, UInt8(count >> 8), UInt8(count & 0xFF)]
            default: [0x82, 0x80 | 127, 0, 0, 0, 0, 0, 1, 0, 0]
            }
        #expect(bytes.prefix(head.count) == head[...])
        let key = Array(bytes.dropFirst(head.count).prefix(4))
        let masked = Array(bytes.dropFirst(head.count + 4))
        #expect(masked.indices.map { masked[$0] ^ key[$0 % 4] } == data)
    }

    @Test func framesStandBehindOneAnotherEachWithItsOwnKey() {
        var encoder = FrameEncoder()
        for _ in 0..<200 { encoder.write(.ping, [0]) }
        let bytes = Array(buffer: encoder.take())
        #expect(bytes.count == 200 * 7)
        let keys = Set(stride(from: 0, to: bytes.count, by: 7).map { Array(bytes[$0 + 2..<$0 + 6]) })
        // Of 2^32 keys, two of 200 are the same once in 200,000 runs; two pairs never.
        #expect(keys.count >= 199)
    }
}
