import PhoenixChannels

/// The upstreams that a request's own `uri` may lead to.
///
/// A name that is not listed is refused before anybody looks it up. What a listed one leads to is decided by the addresses
/// that the look-up gives: global ones, and those that the list has as blocks or as `loopback`.
package struct AllowedUpstreams: Sendable, Equatable {
    /// What may become of a uri.
    enum Verdict: Equatable {
        case refused
        /// To be connected to where the policy says so.
        case checked(AddressPolicy)
        /// Whatever it leads to.
        case unchecked
    }

    package var entries: [AllowedUpstream]

    package init(_ entries: [AllowedUpstream]) {
        self.entries = entries
    }

    /// This machine's own.
    package static let loopback = AllowedUpstreams([.loopback])

    func verdict(onHost host: String, port: Int) -> Verdict {
        let entries = entries.filter { $0.port == nil || $0.port == port }
        if entries.contains(where: { $0.host == .any }) { return .unchecked }
        let blocks = entries.flatMap(\.blocks)
        if let address = NetworkAddress(host) {
            let policy = AddressPolicy(allowsGlobal: false, blocks: blocks)
            return policy.allows(address) ? .checked(policy) : .refused
        }
        let name = AllowedUpstream.normalized(host)
        let isListed = entries.contains { $0.matches(name) }
        let isLocal = name == "localhost" && entries.contains { $0.host == .loopback }
        guard isListed || isLocal else { return .refused }
        return .checked(AddressPolicy(allowsGlobal: isListed, blocks: blocks))
    }
}
