import Foundation

/// Listens for datagrams as a service manager does: sd_notify(3).
package final class NotifySocket: Sendable {
    /// What `NOTIFY_SOCKET` is to say.
    package let name: String
    private let descriptor: Int32

    /// Its name is a path, or one in no file system.
    package init(isAbstract: Bool = false) throws {
        let unique = "slipgate-\(UUID().uuidString)"
        name = isAbstract ? "@\(unique)" : FileManager.default.temporaryDirectory.appending(path: unique).path
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var timeout = timeval(tv_sec: RawSocket.readTimeout, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        let descriptor = descriptor
        guard Self.withAddress(name, { bind(descriptor, $0, $1) }) == 0 else {
            throw RawSocket.Failure(description: "can't listen at \(name): errno \(errno)")
        }
    }

    deinit {
        close(descriptor)
        if name.hasPrefix("/") { unlink(name) }
    }

    private static func withAddress<Result>(
        _ name: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        let path = name.hasPrefix("@") ? [0] + Array(name.utf8.dropFirst()) : Array(name.utf8)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
        let length = MemoryLayout<sockaddr_un>.size - MemoryLayout.size(ofValue: address.sun_path) + path.count
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(length)) }
        }
    }

    /// Sends it as many datagrams as find room, so that another must wait until one is received.
    package func fill() {
        var sent = 0
        // A sender's own room may be over before that.
        repeat {
            sent = 0
            let sender = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
            defer { close(sender) }
            while Self.withAddress(name, { sendto(sender, "X", 1, Int32(MSG_DONTWAIT), $0, $1) }) == 1 { sent += 1 }
        } while sent > 0
    }

    /// The next datagram, by its lines.
    package func receive() throws -> [String] {
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        guard count >= 0 else { throw RawSocket.Failure(description: "no datagram: errno \(errno)") }
        return String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
