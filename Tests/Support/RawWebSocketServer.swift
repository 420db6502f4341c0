import PhoenixChannels

/// The other end of a client's websocket, played byte by byte.
package struct RawWebSocketServer: Sendable {
    package let socket: RawSocket
    /// The upgrade request.
    package let head: String

    /// Accepts a connection and reads its request.
    package static func accept(_ listener: RawListener) throws -> RawWebSocketServer {
        let socket = try listener.accept()
        return RawWebSocketServer(socket: socket, head: String(decoding: try socket.receiveHead(), as: UTF8.self))
    }

    /// Accepts the upgrade, and sends `bytes` right behind the answer.
    package func upgrade(followedBy bytes: [UInt8] = []) throws {
        let line = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("sec-websocket-key:") }
        let key = line?.split(separator: " ").last.map(String.init) ?? ""
        let answer =
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Accept: \(WebSocketAccept.value(for: key))\r\n\r\n"
        try socket.send(Array(answer.utf8) + bytes)
    }

    /// The first byte and the unmasked payload of the client's next frame, which must be masked and short.
    package func receiveFrame() throws -> (first: UInt8, data: [UInt8]) {
        let head = try socket.receive(2)
        guard head[1] & 0x80 != 0, head[1] & 0x7F < 126 else {
            throw RawSocket.Failure(description: "not a masked, short frame: \(head)")
        }
        let mask = try socket.receive(4)
        let data = try socket.receive(Int(head[1] & 0x7F))
        return (head[0], data.enumerated().map { $1 ^ mask[$0 % 4] })
    }
}
