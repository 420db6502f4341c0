import PhoenixChannels
import TestSupport
import Testing

/// Close frames, both ways: RFC 6455 sections 5.5.1, 7.1 and 7.4.
@Suite(.timeLimit(.minutes(10))) struct ClosingTests {
    @Test(arguments: [
        1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4001, 4999,
    ])
    func theServersCodeIsAnsweredAndTold(_ code: UInt16) async throws {
        let data = [UInt8(code >> 8), UInt8(code & 0xFF)]
        let bytes = RawWebSocket.frame(0x88, data)
        for split in 0..<bytes.count {
            let socket = try await RawWebSocket.open()
            try socket.send(bytes, splitAt: split)
            let answer = try socket.server.receiveFrame()
            #expect(answer.first == 0x88 && answer.data == data)
            #expect(try await socket.handler.next() == .closed(code: code, reason: ""))
            #expect(try socket.server.socket.receiveToEnd().isEmpty)
        }
    }

    @Test func theServersReasonIsTold() async throws {
        let socket = try await RawWebSocket.open()
        let reason = String(repeating: "\u{20AC}", count: 41)
        try socket.server.socket.send(RawWebSocket.frame(0x88, [0x0F, 0xA1] + reason.utf8))
        #expect(try await socket.handler.next() == .closed(code: 4001, reason: reason))
        #expect(try socket.server.receiveFrame().data == [0x0F, 0xA1])
    }

    @Test func aCloseWithoutACodeIs1005AndAnsweredWithoutOne() async throws {
        let socket = try await RawWebSocket.open()
        try socket.server.socket.send([0x88, 0])
        let answer = try socket.server.receiveFrame()
        #expect(answer.first == 0x88 && answer.data.isEmpty)
        #expect(try await socket.handler.next() == .closed(code: 1005, reason: ""))
    }

    @Test func whatComesBehindTheServersCloseIsNothing() async throws {
        let socket = try await RawWebSocket.open()
        try socket.server.socket.send([0x81, 1, 0x61, 0x88, 2, 3, 0xE9, 0x81, 1, 0x62, 0x83, 0, 0x88, 2, 3, 0xE8])
        #expect(try await socket.handler.next() == .received(.text([0x61])))
        #expect(try await socket.handler.next() == .closed(code: 1001, reason: ""))
        #expect(try socket.server.receiveFrame().data == [0x03, 0xE9])
        #expect(try socket.server.socket.receiveToEnd().isEmpty)
    }

    @Test(arguments: [1000, 1001, 4001]) func ourCodeIsSentAndTheServersAnswerTold(_ code: UInt16) async throws {
        let socket = try await RawWebSocket.open()
        socket.link.close(code: code)
        let close = try socket.server.receiveFrame()
        #expect(close.first == 0x88 && close.data == [UInt8(code >> 8), UInt8(code & 0xFF)])
        // What was on its way before the answer still comes.
        try socket.server.socket.send([0x81, 1, 0x61, 0x88, 2, 3, 0xE8])
        #expect(try await socket.handler.next() == .received(.text([0x61])))
        #expect(try await socket.handler.next() == .closed(code: 1000, reason: ""))
        #expect(try socket.server.socket.receiveToEnd().isEmpty)
    }

    @Test func anEndWithoutACloseFrameHasNoCode() async throws {
        let socket = try await RawWebSocket.open()
        socket.server.socket.finish()
        #expect(try await socket.handler.next() == .closed(code: nil, reason: ""))
    }
}
