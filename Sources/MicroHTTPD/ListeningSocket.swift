import CMicroHTTPD
import Glibc
import HTTPCore

/// The socket on which a server listens; closed with the last reference.
final class ListeningSocket: Sendable {
    let descriptor: Int32
    /// The port that it is bound to, where 0 was asked for, too.
    let port: UInt16

    /// Binds it, and listens.
    init(_ configuration: ServerConfiguration) throws(ServerError) {
        guard let address = ListenAddress(configuration.host, port: configuration.port) else {
            throw ServerError(code: .badAddress, description: "'\(configuration.host)' is not a literal address")
        }
        let kind = Int32(SOCK_STREAM.rawValue) | Self.nonBlocking
        let descriptor = socket(address.isIPv6 ? AF_INET6 : AF_INET, kind, 0)
        guard descriptor >= 0 else { throw ServerError.last(Self.refused(configuration)) }
        // Connections that are still about from a run before are no reason to refuse the address.
        Self.set(SOL_SOCKET, SO_REUSEADDR, of: descriptor)
        // Else it would take its port of IPv4, too.
        if address.isIPv6 { Self.set(Int32(IPPROTO_IPV6), IPV6_V6ONLY, of: descriptor) }
        guard unsafe address.withPointer({ unsafe bind(descriptor, $0, address.length) }) == 0,
            listen(descriptor, Int32(clamping: configuration.backlog)) == 0
        else {
            let error = ServerError.last(Self.refused(configuration))
            Descriptor.close(descriptor)
            throw error
        }
        self.descriptor = descriptor
        port = ListenAddress.port(of: descriptor)
    }

    deinit { Descriptor.close(descriptor) }

    enum Accepted {
        /// Its descriptor, which is the caller's now, and its address.
        case client(Int32, IPAddress?)
        case nobody
        /// The system has no room for it.
        case failed(String)
    }

    /// The client that has waited longest; never waits for one.
    func accept() -> Accepted {
        while true {
            var address = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let client = unsafe withUnsafeMutablePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe accept4(descriptor, $0, &length, Self.nonBlocking)
                }
            }
            if client >= 0 { return .client(client, IPAddress(address)) }
            switch errno {
            case EAGAIN: return .nobody
            // Gone already, or never quite there: accept(2).
            case ECONNABORTED, EINTR, ENETDOWN, EPROTO, ENOPROTOOPT, EHOSTDOWN, ENONET, EHOSTUNREACH, EOPNOTSUPP,
                ENETUNREACH, EPERM:
                continue
            default: return .failed(unsafe String(cString: strerror(errno)))
            }
        }
    }

    private static let nonBlocking = Int32(SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)

    private static func refused(_ configuration: ServerConfiguration) -> String {
        "can't listen on \(configuration.host) port \(configuration.port)"
    }

    private static func set(_ level: Int32, _ option: Int32, of descriptor: Int32) {
        var on: Int32 = 1
        unsafe setsockopt(descriptor, level, option, &on, socklen_t(MemoryLayout<Int32>.size))
    }
}

extension IPAddress {
    fileprivate init?(_ address: sockaddr_storage) {
        var bytes = [UInt8](repeating: 0, count: 16)
        let isKnown = unsafe withUnsafePointer(to: address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe slipgate_address_bytes($0, &bytes) == 1
            }
        }
        guard isKnown else { return nil }
        self.init(bytes: bytes)
    }
}
