import TestSupport

/// A POST under an `Idempotency-Key`, whose connection may be cut anywhere.
struct KeyedRequest {
    let port: Int
    let target: String
    let key: String
    let body: String

    private var bytes: [UInt8] {
        Array(
            ("POST \(target) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nIdempotency-Key: \(key)\r\n"
                + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)").utf8)
    }

    func send() throws -> HTTPTestClient {
        let client = try HTTPTestClient(port: port)
        try client.socket.send(bytes)
        return client
    }

    /// Sends it, or a part of it, and loses the connection before, inside or behind the answer's head, or inside its body.
    func sendAndCut(_ generator: inout SeededGenerator) throws {
        let client = try HTTPTestClient(port: port)
        let bytes = bytes
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: try client.socket.send(Array(bytes.prefix(Int.random(in: 0..<bytes.count, using: &generator))))
        case 1: try client.socket.send(bytes)
        case 2:
            try client.socket.send(bytes)
            _ = try client.socket.receive(Int.random(in: 1..<100, using: &generator))
        case 3:
            try client.socket.send(bytes)
            _ = try client.socket.receiveHead()
        default:
            try client.socket.send(bytes)
            _ = try client.socket.receiveHead()
            _ = try client.socket.receive(Int.random(in: 1..<20, using: &generator))
        }
        if Bool.random(using: &generator) { client.socket.reset() }
    }
}
