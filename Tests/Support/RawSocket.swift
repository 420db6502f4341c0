import Glibc
import Synchronization

/// A blocking TCP connection to this machine, for tests that are about bytes.
package final class RawSocket: Sendable {
    /// What went wrong, in words.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String

        package init(description: String) {
            self.description = description
        }
    }

    /// Seconds that a read waits at the most: longer than any request, on a machine that is busy.
    static let readTimeout = 120

    private let descriptor: Int32
    private let unread = Mutex<[UInt8]>([])

    /// Takes a socket over; reads and writes that take too long fail.
    init(descriptor: Int32) throws {
        self.descriptor = descriptor
        guard descriptor >= 0 else { throw Failure(description: "no socket: errno \(errno)") }
        var timeout = timeval(tv_sec: Self.readTimeout, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    }

    /// Connects, from another of this machine's addresses if one is given.
    package convenience init(port: Int, from address: String? = nil) throws {
        try self.init(descriptor: socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))
        if let address {
            let bound = Self.withAddress(inet_addr(address), port: 0) { bind(descriptor, $0, $1) }
            guard bound == 0 else { throw Failure(description: "\(address) can't be used: errno \(errno)") }
        }
        let connected = Self.withAddress(UInt32(0x7F00_0001).bigEndian, port: port) { connect(descriptor, $0, $1) }
        guard connected == 0 else { throw Failure(description: "port \(port) can't be connected to: errno \(errno)") }
    }

    private static func withAddress(
        _ host: in_addr_t, port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = host
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    deinit {
        Glibc.close(descriptor)
    }

    package func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.send(
                    descriptor, buffer.baseAddress?.advanced(by: sent), bytes.count - sent, Int32(MSG_NOSIGNAL)
                )
            }
            guard count > 0 else { throw Failure(description: "can't send: errno \(errno)") }
            sent += count
        }
    }

    package func send(_ text: String) throws { try send(Array(text.utf8)) }

    /// From now on the kernel sends each piece by itself.
    package func sendAtOnce() {
        var isOn: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &isOn, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Exactly `count` bytes.
    package func receive(_ count: Int) throws -> [UInt8] {
        while unread.withLock({ $0.count }) < count {
            guard try fill() else { throw Failure(description: "the connection ended inside \(count) bytes") }
        }
        return unread.withLock { unread in
            defer { unread.removeFirst(count) }
            return Array(unread.prefix(count))
        }
    }

    /// All bytes up to and with an empty line.
    package func receiveHead() throws -> [UInt8] { try receive(through: "\r\n\r\n") }

    /// All bytes up to and with `end`.
    package func receive(through end: String) throws -> [UInt8] {
        let end = Array(end.utf8)
        while true {
            let length = unread.withLock { unread in
                unread.indices.first { unread[$0...].starts(with: end) }.map { $0 + end.count }
            }
            if let length { return try receive(length) }
            guard try fill() else { throw Failure(description: "the connection ended inside a head") }
        }
    }

    /// Whether something has come, be it the end of the connection.
    package var isReadable: Bool {
        var byte: UInt8 = 0
        return recv(descriptor, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)) >= 0
            || errno != EAGAIN
    }

    /// What comes until the other side ends the connection.
    package func receiveToEnd() throws -> [UInt8] {
        while try fill() {}
        return unread.withLock { unread in
            defer { unread = [] }
            return unread
        }
    }

    /// Ends our side with a FIN; what comes can still be read.
    package func finish() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Ends the connection with a RST.
    package func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    /// False at the end of the connection.
    private func fill() throws -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        if count < 0, errno == ECONNRESET { return false }
        guard count >= 0 else {
            throw Failure(description: "nothing came within \(Self.readTimeout) s: errno \(errno)")
        }
        unread.withLock { $0 += buffer.prefix(count) }
        return count > 0
    }
}
