import Glibc

/// Asks a server for its health, and waits for the answer no longer than it is told to.
package enum HealthProbe {
    /// A head, and a problem that fits into a line.
    private static let maxAnswer = 4_096

    /// The status of `GET path`; nil without an answer in time.
    ///
    /// `host` is a literal address; one that stands for every address stands for loopback here.
    package static func status(host: String, port: UInt16, path: String, within limit: Duration) -> Int? {
        let near = ["0.0.0.0": "127.0.0.1", "::": "::1"][host] ?? host
        guard let address = ListenAddress(near, port: port) else { return nil }
        let end = ContinuousClock.now + limit
        let descriptor = socket(
            address.isIPv6 ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        defer { Descriptor.close(descriptor) }
        let connected = unsafe address.withPointer { unsafe connect(descriptor, $0, address.length) }
        guard connected == 0 || errno == EINPROGRESS, wait(for: descriptor, POLLOUT, until: end) else { return nil }
        let authority = address.isIPv6 ? "[\(near)]:\(port)" : "\(near):\(port)"
        let request = Array("GET \(path) HTTP/1.1\r\nHost: \(authority)\r\nConnection: close\r\n\r\n".utf8)
        let sent = unsafe request.withUnsafeBytes {
            unsafe send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard sent == request.count else { return nil }
        return status(in: answer(on: descriptor, until: end))
    }

    /// What comes until the connection ends, the time is over or it is enough.
    private static func answer(on descriptor: Int32, until end: ContinuousClock.Instant) -> [UInt8] {
        var answer: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: maxAnswer)
        while answer.count < maxAnswer, !answer.contains(UInt8(ascii: "\n")) {
            guard wait(for: descriptor, POLLIN, until: end) else { break }
            let count = unsafe piece.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, 0) }
            guard count > 0 else { break }
            answer += piece[..<count]
        }
        return answer
    }

    /// The second word of the status line.
    private static func status(in answer: [UInt8]) -> Int? {
        guard let line = answer.split(separator: UInt8(ascii: "\r")).first else { return nil }
        let words = String(decoding: line, as: UTF8.self).split(separator: " ")
        return words.count >= 2 && words[0].hasPrefix("HTTP/1.") ? Int(words[1]) : nil
    }

    private static func wait(for descriptor: Int32, _ event: Int32, until end: ContinuousClock.Instant) -> Bool {
        let rest = max(0, (end - .now) / .milliseconds(1))
        var polled = pollfd(fd: descriptor, events: Int16(event), revents: 0)
        return unsafe poll(&polled, 1, Int32(clamping: Int(rest))) > 0
    }
}
