/// Addresses that begin with the same bits (CIDR, RFC 4632).
package struct AddressBlock: Sendable, Hashable {
    private let first: NetworkAddress
    private let length: Int

    /// Those of the machine itself.
    package static let loopback = ["127.0.0.0/8", "::1/128"].compactMap { AddressBlock($0) }

    /// Takes `10.0.0.0/8`, `fd00::/8`, or one address; nil too where bits behind the length are set, most likely a slip.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first.flatMap({ NetworkAddress(String($0)) }) else { return nil }
        let most = first.bytes.count * 8
        guard parts.count == 2 else {
            (self.first, self.length) = (first, most)
            return
        }
        let digits = parts[1]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let length = Int(digits),
            length <= most
        else { return nil }
        (self.first, self.length) = (first, length)
        guard (length..<most).allSatisfy({ !first.bit($0) }) else { return nil }
    }

    /// Whether it is in it; an address of IPv4 that is mapped into IPv6 is in none of IPv4.
    package func contains(_ address: NetworkAddress) -> Bool {
        address.bytes.count == first.bytes.count && (0..<length).allSatisfy { address.bit($0) == first.bit($0) }
    }
}

extension NetworkAddress {
    /// From the first on, which has the most weight.
    fileprivate func bit(_ index: Int) -> Bool { bytes[index / 8] >> (7 - index % 8) & 1 == 1 }
}
