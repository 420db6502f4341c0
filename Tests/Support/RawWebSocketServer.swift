import PhoenixChannels

/// The other end of a client's websocket, played byte by byte.
package struct RawWebSocketServer: Sendable {
    package let socket: RawSocket
    /// The upgrade request.
    package let head: String

    /// Takes over a connection whose request has been read.
    package init(socket: RawSocket, head: String) {
        self.socket = socket
        self.head = head
    }

    /// Accepts a connection and reads its request.
    package static func accept(_ listener: RawListener) throws -> RawWebSocketServer {
        let socket = try listener.accept()
        return RawWebSocketServer(socket: socket, head: String(decoding: try socket.receiveHead(), as: UTF8.self))
    }

    /// A header of the request; its name in lower case.
    package func header(_ name: String) -> String? {
        let line = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("\(name):") }
        return line.map { String($0.dropFirst(name.utf8.count + 1).drop { $0 == " " }) }
    }

    /// Accepts the upgrade with further headers, and sends `bytes` right behind the answer.
    package func upgrade(
        connection: String = "Upgrade", headers: [(name: String, value: String)] = [], followedBy bytes: [UInt8] = []
    ) throws {
        let key = header("sec-websocket-key") ?? ""
        var answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: \(connection)\r\n"
        answer += "Sec-WebSocket-Accept: \(WebSocketAccept.value(for: key))\r\n"
        for (name, value) in headers { answer += "\(name): \(value)\r\n" }
        try socket.send(Array("\(answer)\r\n".utf8) + bytes)
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
