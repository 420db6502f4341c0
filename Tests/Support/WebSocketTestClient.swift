package import PhoenixChannels

/// A websocket client written out byte by byte (RFC 6455), so that a test shares no codec with what it tests.
package struct WebSocketTestClient: Sendable {
    package enum Opcode: UInt8, Sendable {
        case continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10
    }

    package struct Incoming: Sendable, Equatable {
        package let opcode: Opcode
        package let data: [UInt8]

        package var frame: Frame? {
            switch opcode {
            case .text: .text(data)
            case .binary: .binary(data)
            case .continuation, .close, .ping, .pong: nil
            }
        }

        /// A close frame's code.
        package var closeCode: Int? {
            opcode == .close && data.count >= 2 ? Int(data[0]) << 8 | Int(data[1]) : nil
        }
    }

    private static let mask: [UInt8] = [0x12, 0x34, 0x56, 0x78]
    private let socket: RawSocket

    /// Connects, and reads the answer to the upgrade before anything else is sent.
    package init(
        port: Int, target: String = "/socket/websocket?vsn=2.0.0", headers: [String: String] = [:]
    ) throws {
        let http = try HTTPTestClient(port: port)
        try http.send("GET", target, headers: Self.upgradeHeaders.merging(headers) { _, own in own })
        let head = String(decoding: try http.socket.receiveHead(), as: UTF8.self)
        guard head.hasPrefix("HTTP/1.1 101 ") else { throw RawSocket.Failure(description: "no upgrade: \(head)") }
        socket = http.socket
    }

    package static let upgradeHeaders = [
        "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    ]

    package func send(_ frame: Frame) throws {
        switch frame {
        case .text(let bytes): try send(.text, bytes)
        case .binary(let bytes): try send(.binary, bytes)
        }
    }

    package func send(_ text: String) throws { try send(.text, Array(text.utf8)) }

    package func send(_ opcode: Opcode, _ data: [UInt8], fin: Bool = true) throws {
        var bytes = [opcode.rawValue | (fin ? 0x80 : 0)]
        switch data.count {
        case ..<126: bytes.append(0x80 | UInt8(data.count))
        case ..<65_536: bytes += [0x80 | 126, UInt8(data.count >> 8), UInt8(data.count & 0xFF)]
        default: bytes += [0x80 | 127] + (0..<8).map { UInt8(truncatingIfNeeded: data.count >> (56 - 8 * $0)) }
        }
        bytes += Self.mask
        bytes += data.enumerated().map { $1 ^ Self.mask[$0 % 4] }
        try socket.send(bytes)
    }

    package func sendClose(_ code: Int) throws { try send(.close, [UInt8(code >> 8), UInt8(code & 0xFF)]) }

    package func receive() throws -> Incoming {
        let head = try socket.receive(2)
        guard head[0] & 0x80 != 0, let opcode = Opcode(rawValue: head[0] & 0x0F), head[1] & 0x80 == 0 else {
            throw RawSocket.Failure(description: "not a whole, unmasked frame: \(head)")
        }
        var length = Int(head[1])
        if length == 126 { length = try socket.receive(2).reduce(0) { $0 << 8 | Int($1) } }
        if length == 127 { length = try socket.receive(8).reduce(0) { $0 << 8 | Int($1) } }
        return Incoming(opcode: opcode, data: try socket.receive(length))
    }

    /// Reads a text or binary message.
    package func receiveMessage() throws -> Message {
        guard let frame = try receive().frame else { throw RawSocket.Failure(description: "not a message") }
        return try V2Serializer.decode(frame, by: .server)
    }

    /// Whether the other side has ended the connection, with nothing before that.
    package func isEnded() throws -> Bool { try socket.receiveToEnd().isEmpty }

    /// Whether something has come, be it the end of the connection.
    package var isReadable: Bool { socket.isReadable }

    /// Ends the connection without a close frame.
    package func finish() { socket.finish() }
}
