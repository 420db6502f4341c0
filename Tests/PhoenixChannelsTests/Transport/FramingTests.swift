import PhoenixChannels
import TestSupport
import Testing

/// What a server may send, over bytes, in the order of RFC 6455's section 5.
@Suite(.timeLimit(.minutes(10))) struct FramingTests {
    private func frame(_ first: UInt8, _ text: String) -> [UInt8] { RawWebSocket.frame(first, text.utf8) }

    // MARK: 5.2 Base framing protocol

    @Test(arguments: [0, 1, 125, 126, 127, 65_535, 65_536, 262_144])
    func lengthsOfEachFormComeWhole(_ count: Int) async throws {
        let socket = try await RawWebSocket.open()
        let data = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let bytes = RawWebSocket.frame(0x82, data)
        // Split at each byte of the header, and inside the data.
        for split in 0..<min(bytes.count, 12) {
            try socket.send(bytes, splitAt: split)
            #expect(try await socket.handler.next() == .received(.binary(data)))
        }
    }

    @Test(arguments: [[0x81, 126, 0x00, 0x02, 0x68, 0x69], [0x81, 127, 0, 0, 0, 0, 0, 0, 0, 2, 0x68, 0x69]])
    func aLengthInMoreBytesThanNeededIsTaken(_ bytes: [UInt8]) async throws {
        let socket = try await RawWebSocket.open()
        try socket.server.socket.send(bytes)
        #expect(try await socket.handler.next() == .received(.text(Array("hi".utf8))))
    }

    @Test func aFrameOfExactlyTheLimitIsTaken() async throws {
        let socket = try await RawWebSocket.open { $0.maxFrameBytes = 1_000 }
        let data = [UInt8](repeating: 1, count: 1_000)
        try socket.server.socket.send(RawWebSocket.frame(0x82, data))
        #expect(try await socket.handler.next() == .received(.binary(data)))
    }

    // MARK: 5.4 Fragmentation

    @Test func aMessageInFragmentsIsOneWhereverItIsSplit() async throws {
        let socket = try await RawWebSocket.open()
        let bytes = frame(0x01, "one") + frame(0x00, "") + frame(0x00, " t") + frame(0x80, "wo")
        for split in 0..<bytes.count {
            try socket.send(bytes, splitAt: split)
            #expect(try await socket.handler.next() == .received(.text(Array("one two".utf8))))
        }
    }

    @Test func controlFramesBetweenFragmentsAreAnsweredAndTheMessageIsWhole() async throws {
        let socket = try await RawWebSocket.open()
        let bytes = frame(0x02, "ab") + frame(0x89, "in") + frame(0x8A, "x") + frame(0x80, "c")
        for split in 0..<bytes.count {
            try socket.send(bytes, splitAt: split)
            #expect(try await socket.handler.next() == .received(.binary(Array("abc".utf8))))
            let pong = try socket.server.receiveFrame()
            #expect(pong.first == 0x8A && pong.data == Array("in".utf8))
        }
    }

    @Test func fragmentsOfExactlyTheLimitAreTaken() async throws {
        let socket = try await RawWebSocket.open { $0.maxFrameBytes = 6 }
        try socket.server.socket.send(frame(0x01, "abc") + frame(0x80, "def"))
        #expect(try await socket.handler.next() == .received(.text(Array("abcdef".utf8))))
    }

    @Test func manyEmptyFragmentsAreNoBurden() async throws {
        let socket = try await RawWebSocket.open()
        let empty = (0..<5_000).flatMap { _ in frame(0x00, "") }
        try socket.server.socket.send(frame(0x01, "a") + empty + frame(0x80, "b"))
        #expect(try await socket.handler.next() == .received(.text(Array("ab".utf8))))
    }

    // MARK: 5.5 Control frames

    @Test(arguments: [0, 1, 124, 125]) func aPingIsAnsweredWithItsData(_ count: Int) async throws {
        let socket = try await RawWebSocket.open()
        let data = [UInt8](repeating: 0xA5, count: count)
        try socket.server.socket.send(RawWebSocket.frame(0x89, data))
        let pong = try socket.server.receiveFrame()
        #expect(pong.first == 0x8A && pong.data == data)
    }

    @Test func anUnsolicitedPongIsIgnored() async throws {
        let socket = try await RawWebSocket.open()
        try socket.server.socket.send(frame(0x8A, "") + frame(0x8A, "who asked") + frame(0x81, "hi"))
        #expect(try await socket.handler.next() == .received(.text(Array("hi".utf8))))
    }

    @Test func pingsThatAreNotReadAreNotAllAnswered() async throws {
        let count = 60_000
        let socket = try await RawWebSocket.open(on: RawListener(receiveBytes: 4_096))
        let pings = (0..<count / 10).flatMap { _ in frame(0x89, String(repeating: "p", count: 125)) }
        for _ in 0..<10 { try socket.server.socket.send(pings) }
        try socket.server.socket.send(frame(0x89, "last") + frame(0x81, "hi"))
        #expect(try await socket.handler.next() == .received(.text(Array("hi".utf8))))
        // The kernel holds 4 MiB of answers at the most, the client's own buffer 64 KiB; the last ping's is among them.
        var answers = 1
        while try socket.server.receiveFrame().data != Array("last".utf8) { answers += 1 }
        #expect(answers < count * 3 / 4)
    }

    // MARK: 5.6 Data frames

    @Test func aCharacterSplitBetweenFragmentsIsWhole() async throws {
        let socket = try await RawWebSocket.open()
        let text = Array("a\u{20AC}\u{1F600}z".utf8)
        for split in 0...text.count {
            try socket.server.socket.send(
                RawWebSocket.frame(0x01, text[..<split]) + RawWebSocket.frame(0x80, text[split...]))
            #expect(try await socket.handler.next() == .received(.text(text)))
        }
    }

    @Test func binaryNeedNotBeUTF8() async throws {
        let socket = try await RawWebSocket.open()
        try socket.server.socket.send([0x82, 0x02, 0xC0, 0x80])
        #expect(try await socket.handler.next() == .received(.binary([0xC0, 0x80])))
    }
}
