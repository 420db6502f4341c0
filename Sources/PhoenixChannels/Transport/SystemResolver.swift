import Glibc
import NIOCore
import NIOPosix

/// Looks one name up as the system does, on a thread that may block: NIO's own resolver can't be had by itself.
final class SystemResolver: Resolver, Sendable {
    struct Failure: Error {
        /// Of `getaddrinfo`.
        let status: Int32
    }

    private let addresses: EventLoopFuture<[SocketAddress]>

    /// Begins to look it up; both queries give what that one look-up finds.
    init(host: String, port: Int, on loop: any EventLoop) {
        // A literal address is no name: nothing is looked up, and no other thread is waited for.
        if let address = try? SocketAddress(ipAddress: host, port: port) {
            addresses = loop.makeSucceededFuture([address])
            return
        }
        addresses = NIOThreadPool.singleton.runIfActive(eventLoop: loop) { try Self.lookUp(host, port) }
    }

    func initiateAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
        addresses.map { $0.filter { $0.protocol == .inet } }
    }

    func initiateAAAAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
        addresses.map { $0.filter { $0.protocol == .inet6 } }
    }

    func cancelQueries() {}

    private static func lookUp(_ host: String, _ port: Int) throws -> [SocketAddress] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_protocol = Int32(IPPROTO_TCP)
        var first: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, String(port), &hints, &first)
        guard status == 0, let first else { throw Failure(status: status) }
        defer { freeaddrinfo(first) }
        return sequence(first: first) { $0.pointee.ai_next }.compactMap { info -> SocketAddress? in
            guard let address = UnsafeRawPointer(info.pointee.ai_addr) else { return nil }
            return switch info.pointee.ai_family {
            case AF_INET: SocketAddress(address.load(as: sockaddr_in.self), host: host)
            case AF_INET6: SocketAddress(address.load(as: sockaddr_in6.self), host: host)
            default: nil
            }
        }
    }
}
