import Glibc

/// An IPv4 or IPv6 address, and what kind of network it is of.
package struct NetworkAddress: Sendable, Hashable {
    /// Four of IPv4, sixteen of IPv6, in the order of the wire.
    let bytes: [UInt8]

    /// Takes dotted decimal, or IPv6 without brackets and zone; nil for what is read as a number elsewhere, such as `127.1`.
    package init?(_ text: String) {
        // C's text ends at the first.
        guard !text.utf8.contains(0) else { return nil }
        var v4 = in_addr()
        var v6 = in6_addr()
        if inet_pton(AF_INET, text, &v4) == 1 {
            bytes = withUnsafeBytes(of: v4) { Array($0) }
        } else if inet_pton(AF_INET6, text, &v6) == 1 {
            bytes = withUnsafeBytes(of: v6) { Array($0) }
        } else {
            return nil
        }
    }

    /// Whether anybody on the internet may have it: no private, loopback, link-local, multicast or reserved one, nor one of
    /// IPv6 in which another of IPv4 is written.
    package var isGlobal: Bool {
        let isUnicast = bytes.count == 4 || Self.unicast.contains { $0.contains(self) }
        return isUnicast && !Self.special.contains { $0.contains(self) }
    }

    /// All that is given out for the internet of IPv6: what isn't in it is mapped, translated, local or multicast.
    static let unicast = ["2000::/3"].compactMap { AddressBlock($0) }

    /// What IANA's registries of special addresses (RFC 6890) have in what would be global by its first bits.
    static let special = texts.compactMap { AddressBlock($0) }

    static let texts = [
        // This host, private, shared behind a carrier's NAT, loopback, link-local with the clouds' metadata.
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16",
        // Assignments of the IETF, documentation, relays of 6to4, benchmarks.
        "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        // Multicast, reserved, broadcast.
        "224.0.0.0/4", "240.0.0.0/4",
        // Assignments of the IETF with Teredo, documentation, 6to4.
        "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
    ]
}
