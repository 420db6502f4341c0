/// Addresses that begin with the same bits, as CIDR writes them: `10.0.0.0/8`, `2001:db8::/32`, or one address alone.
package struct IPAddressBlock: Sendable, Hashable, CustomStringConvertible {
    private let first: IPAddress
    /// How many bits all have in common, of an IPv6 address's.
    private let prefix: Int

    private static let bits = 128
    private static let ipv4Bits = 32

    /// Reads it; nil for what is none, and where bits are set behind the prefix, which may be a mistake in it.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let part = parts.first, let address = IPAddress(part) else { return nil }
        first = address
        guard parts.count == 2 else {
            prefix = Self.bits
            return
        }
        let longest = part.contains(":") ? Self.bits : Self.ipv4Bits
        guard (1...3).contains(parts[1].utf8.count), parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let length = Int(parts[1]), length <= longest
        else { return nil }
        prefix = Self.bits - longest + length
        let isWhole = address.bits << prefix == 0
        guard isWhole else { return nil }
    }

    package func contains(_ address: IPAddress) -> Bool {
        (address.bits ^ first.bits) >> (Self.bits - prefix) == 0
    }

    package var description: String {
        guard prefix < Self.bits else { return first.description }
        let isIPv4 = first.isIPv4 && prefix >= Self.bits - Self.ipv4Bits
        return "\(first)/\(isIPv4 ? prefix - Self.bits + Self.ipv4Bits : prefix)"
    }
}
