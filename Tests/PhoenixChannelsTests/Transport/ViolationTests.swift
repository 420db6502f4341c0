import PhoenixChannels
import TestSupport
import Testing

/// What a server must not send, over bytes, in the order of RFC 6455's sections 5 and 7.4: each ends the websocket with
/// the code that the RFC has for it, and is told with it and in words, wherever the bytes are split.
@Suite(.timeLimit(.minutes(10))) struct ViolationTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let bytes: [UInt8]
        let code: UInt16
        let words: String

        init(_ name: String, _ bytes: [UInt8], _ code: UInt16, _ words: String) {
            self.name = name
            self.bytes = bytes
            self.code = code
            self.words = words
        }

        var testDescription: String { name }
    }

    private static let limit = 1_000

    private static let framing: [Case] =
        [0xC1, 0xA1, 0x91, 0xF2, 0xC0, 0xC9, 0xC8].map { first in
            Case("5.2 reserved bits \(first)", [first, 0], 1002, "the server sent a frame with reserved bits")
        }
        + [0x83, 0x84, 0x85, 0x86, 0x87, 0x8B, 0x8C, 0x8D, 0x8E, 0x8F].map { first in
            Case("5.2 opcode \(first & 0xF)", [first, 0], 1002, "the server sent a frame with an unknown opcode")
        }
        + [
            Case("5.1 masked text", [0x81, 0x81, 1, 2, 3, 4, 5], 1002, "the server sent a masked frame"),
            Case("5.1 masked ping", [0x89, 0x80, 1, 2, 3, 4], 1002, "the server sent a masked frame"),
            Case("5.1 masked close", [0x88, 0x82, 1, 2, 3, 4, 2, 0xEA], 1002, "the server sent a masked frame"),
            Case("5.2 over the limit", [0x82, 126, 0x03, 0xE9], 1009, "over the limit of 1000 bytes"),
            Case("5.2 far over the limit", [0x82, 127, 0, 0, 1, 0, 0, 0, 0, 0], 1009, "over the limit of 1000 bytes"),
            Case(
                "5.2 a length of 64 bits", [0x82, 127, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], 1009,
                "over the limit of 1000 bytes"),
        ]

    private static let fragments: [Case] = [
        Case("5.4 a last fragment of nothing", [0x80, 0], 1002, "the server sent a continuation of no message"),
        Case("5.4 a fragment of nothing", [0x00, 1, 0x61], 1002, "the server sent a continuation of no message"),
        Case(
            "5.4 text inside text", [0x01, 1, 0x61, 0x81, 1, 0x62], 1002, "the server began a message inside another"),
        Case(
            "5.4 binary inside text", [0x01, 1, 0x61, 0x02, 1, 0x62], 1002,
            "the server began a message inside another"),
        Case(
            "5.4 fragments over the limit",
            RawWebSocket.frame(0x02, [UInt8](repeating: 0, count: 125))
                + (0..<6).flatMap { _ in RawWebSocket.frame(0x00, [UInt8](repeating: 0, count: 125)) }
                + RawWebSocket.frame(0x80, [UInt8](repeating: 0, count: 126)), 1009, "over the limit of 1000 bytes"),
    ]

    private static let controls: [Case] = [
        Case("5.5 a ping in fragments", [0x09, 0], 1002, "the server sent a control frame in fragments"),
        Case("5.5 a pong in fragments", [0x0A, 1, 0x61], 1002, "the server sent a control frame in fragments"),
        Case("5.5 a close in fragments", [0x08, 2, 3, 0xE8], 1002, "the server sent a control frame in fragments"),
        Case("5.5 a ping of 126 bytes", [0x89, 126, 0, 126], 1002, "a control frame of more than 125 bytes"),
        Case("5.5 a close of 126 bytes", [0x88, 126, 0, 126], 1002, "a control frame of more than 125 bytes"),
        Case("5.5.1 half a code", [0x88, 1, 3], 1002, "the server sent a close frame with half a code"),
        Case("5.5.1 a reason not UTF-8", [0x88, 4, 3, 0xE8, 0xC3, 0x28], 1007, "whose reason is not UTF-8"),
        Case("5.5.1 a reason cut short", [0x88, 5, 3, 0xE8, 0x61, 0xE2, 0x82], 1007, "whose reason is not UTF-8"),
    ]

    private static let texts: [Case] =
        [
            [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0x80], [0x61, 0xFE],
            [0xF8, 0x88],
        ].map { data in
            Case("5.6 text \(data)", RawWebSocket.frame(0x81, data), 1007, "a text message that is not UTF-8")
        }
        + [
            Case(
                "5.6 text in fragments", [0x01, 2, 0x61, 0xE2, 0x00, 1, 0x82, 0x80, 1, 0x61], 1007,
                "a text message that is not UTF-8")
        ]

    private static let codes: [Case] =
        [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535].map { code in
            Case(
                "7.4 code \(code)", [0x88, 2, UInt8(code >> 8), UInt8(code & 0xFF)], 1002,
                "the server sent a close frame with the code \(code)")
        }

    @Test(arguments: framing + fragments + controls + texts + codes)
    func aViolationEndsTheWebsocketWithItsCodeAndIsToldInWords(_ violation: Case) async throws {
        for split in splits(of: violation.bytes) {
            let socket = try await RawWebSocket.open { $0.maxFrameBytes = Self.limit }
            try socket.send(violation.bytes, splitAt: split)
            let close = try socket.server.receiveFrame()
            #expect(close.first == 0x88)
            #expect(close.data == [UInt8(violation.code >> 8), UInt8(violation.code & 0xFF)], "split at \(split)")
            guard case .closed(violation.code, let reason) = try await socket.handler.next() else {
                Issue.record("not told, split at \(split)")
                return
            }
            #expect(reason.contains(violation.words), "\(reason)")
            #expect(try socket.server.socket.receiveToEnd().isEmpty)
        }
    }

    @Test func whatCameBeforeAViolationIsDeliveredAndNothingBehindIt() async throws {
        let socket = try await RawWebSocket.open()
        try socket.server.socket.send([0x82, 1, 0x61, 0x83, 0, 0x82, 1, 0x62, 0x89, 0])
        #expect(try await socket.handler.next() == .received(.binary([0x61])))
        #expect(
            try await socket.handler.next()
                == .closed(code: 1002, reason: "the server sent a frame with an unknown opcode"))
        #expect(try socket.server.receiveFrame().data == [0x03, 0xEA])
        #expect(try socket.server.socket.receiveToEnd().isEmpty)
    }

    @Test func aFragmentBehindAWholeMessageContinuesNothing() async throws {
        let socket = try await RawWebSocket.open()
        try socket.server.socket.send([0x02, 1, 0x61, 0x80, 0, 0x80, 0])
        #expect(try await socket.handler.next() == .received(.binary([0x61])))
        #expect(
            try await socket.handler.next()
                == .closed(code: 1002, reason: "the server sent a continuation of no message"))
    }

    @Test func aViolationAfterOurCloseIsNotAnsweredWithASecondOne() async throws {
        let socket = try await RawWebSocket.open()
        socket.link.close(code: 1000)
        #expect(try socket.server.receiveFrame().data == [0x03, 0xE8])
        try socket.server.socket.send([0x83, 0])
        #expect(try socket.server.socket.receiveToEnd().isEmpty)
    }

    /// At every byte, but for the long ones inside data.
    private func splits(of bytes: [UInt8]) -> [Int] {
        bytes.count < 20 ? Array(0..<bytes.count) : [0, 1, 2, 126, 127, 128, bytes.count - 1]
    }
}
