import Glibc

/// Listens on loopback for tests that play a server byte by byte.
package final class RawListener: Sendable {
    private let descriptor: Int32
    /// The port that was free.
    package let port: Int

    /// Takes a port, and listens there unless connecting to it is to be refused as long as this object lives.
    ///
    /// What it accepts has a kernel's buffer of `receiveBytes`, if that is given.
    package init(refusing: Bool = false, backlog: Int32 = 16, receiveBytes: Int32? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var receiveBytes {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBytes, socklen_t(MemoryLayout<Int32>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && (refusing || listen(descriptor, backlog) == 0)
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard bound else { throw RawSocket.Failure(description: "can't listen: errno \(errno)") }
        port = Int(address.sin_port.bigEndian)
        var timeout = timeval(tv_sec: RawSocket.readTimeout, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    package func accept() throws -> RawSocket {
        try RawSocket(descriptor: Glibc.accept(descriptor, nil, nil))
    }
}
