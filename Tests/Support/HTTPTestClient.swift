package import PhoenixChannels

/// A keep-alive HTTP connection to this machine that shows every byte it gets.
package struct HTTPTestClient: Sendable {
    package struct Response: Sendable {
        package let status: Int
        package let headers: [(name: String, value: String)]
        package let body: [UInt8]

        package subscript(name: String) -> String? {
            headers.first { $0.name.lowercased() == name.lowercased() }?.value
        }

        package var text: String { String(decoding: body, as: UTF8.self) }

        /// The body's value; null when it isn't JSON.
        package var json: JSONSlice {
            ((try? JSONText(validating: body, limits: .lenient)) ?? JSONText(unchecked: Array("null".utf8))).slice
        }

        package func string(_ member: String) -> String? { json.member(member)?.string }
    }

    package let socket: RawSocket
    private let port: Int

    /// Connects, from another of this machine's addresses if one is given.
    package init(port: Int, from address: String? = nil) throws {
        self.port = port
        socket = try RawSocket(port: port, from: address)
    }

    /// Sends a request and reads its answer.
    @discardableResult
    package func request(
        _ method: String, _ target: String, headers: [String: String] = [:], body: String? = nil
    ) throws -> Response {
        try send(method, target, headers: headers, body: body)
        return try receive(toHead: method == "HEAD")
    }

    package func send(
        _ method: String, _ target: String, headers: [String: String] = [:], body: String? = nil
    ) throws {
        var text = "\(method) \(target) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n"
        for (name, value) in headers { text += "\(name): \(value)\r\n" }
        if let body { text += "Content-Length: \(body.utf8.count)\r\n" }
        try socket.send(text + "\r\n" + (body ?? ""))
    }

    /// Reads one answer; one to HEAD has no body whatever its head says.
    package func receive(toHead: Bool = false) throws -> Response {
        let head = String(decoding: try socket.receiveHead(), as: UTF8.self)
        var lines = head.split(separator: "\r\n")[...]
        let words = lines.removeFirst().split(separator: " ")
        guard words.count >= 2, let status = Int(words[1]) else {
            throw RawSocket.Failure(description: "not a status line: \(head)")
        }
        let headers = lines.map { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            return (
                name: String(parts[0]),
                value: parts.count == 2 ? String(parts[1].drop { $0 == " " }) : ""
            )
        }
        let length = headers.first { $0.name.lowercased() == "content-length" }.flatMap { Int($0.value) }
        let hasBody = !toHead && status != 204 && status >= 200
        let body = hasBody ? try length.map { try socket.receive($0) } ?? socket.receiveToEnd() : []
        return Response(status: status, headers: headers, body: body)
    }

    /// The next chunk of a body that comes in chunks; empty at its end.
    package func receiveChunk() throws -> String {
        let size = String(decoding: try socket.receive(through: "\r\n"), as: UTF8.self).dropLast(1)
        guard let count = Int(size, radix: 16) else {
            throw RawSocket.Failure(description: "not a chunk's size: \(size)")
        }
        return String(decoding: try socket.receive(count + 2).dropLast(2), as: UTF8.self)
    }

    /// A head, and all chunks behind it.
    package func receiveChunks() throws -> String {
        _ = try socket.receiveHead()
        var body = ""
        while true {
            let chunk = try receiveChunk()
            guard !chunk.isEmpty else { return body }
            body += chunk
        }
    }
}
