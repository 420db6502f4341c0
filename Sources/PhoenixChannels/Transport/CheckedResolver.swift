import NIOCore
import NIOPosix
import Synchronization

/// Looks a name up, and gives only those of its addresses that a policy allows: what is connected to is what was checked.
final class CheckedResolver: Resolver, Sendable {
    private let base: any Resolver & Sendable
    private let policy: AddressPolicy
    private let refused = Atomic<Bool>(false)

    init(_ base: any Resolver & Sendable, _ policy: AddressPolicy) {
        self.base = base
        self.policy = policy
    }

    /// Whether an attempt failed since none of the name's addresses may be connected to.
    func hasLeftNone(_ error: any Error) -> Bool {
        guard refused.load(ordering: .acquiring), let error = error as? NIOConnectionError else { return false }
        return error.connectionErrors.isEmpty
    }

    func initiateAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
        allowed(base.initiateAQuery(host: host, port: port))
    }

    func initiateAAAAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
        allowed(base.initiateAAAAQuery(host: host, port: port))
    }

    func cancelQueries() { base.cancelQueries() }

    private func allowed(_ addresses: EventLoopFuture<[SocketAddress]>) -> EventLoopFuture<[SocketAddress]> {
        addresses.map { [self] found in
            // What is no address of IP is none that was allowed.
            let allowed = found.filter { $0.ipAddress.flatMap { NetworkAddress($0) }.map(policy.allows) ?? false }
            if allowed.count < found.count { refused.store(true, ordering: .releasing) }
            return allowed
        }
    }
}
