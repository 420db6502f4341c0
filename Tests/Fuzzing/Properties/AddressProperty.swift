import Glibc
import HTTPCore
import PhoenixChannels

/// An address or a block of them: both readers agree with the system's, and what is printed is read as the same.
enum AddressProperty {
    static func check(_ input: [UInt8]) throws(Violation) {
        guard let text = text(input) else { return }
        let address = IPAddress(text)
        let expected = input.contains(0) ? nil : system(text)
        try require(address == expected, "it is \(String(describing: address)), not \(String(describing: expected))")
        try require((NetworkAddress(text) != nil) == (address != nil), "the client reads it in its own way")
        if let address { try require(IPAddress(address.description) == address, "\(address) isn't read as the same") }
        let block = IPAddressBlock(text)
        if let block {
            try require(IPAddressBlock(block.description) == block, "\(block) isn't read as the same")
            if let address { try require(block.contains(address), "an address isn't in itself") }
        }
        if block != nil { try require(AddressBlock(text) != nil, "the client takes no such block") }
    }

    /// What `inet_pton` makes of it.
    private static func system(_ text: String) -> IPAddress? {
        var v4 = in_addr()
        if inet_pton(AF_INET, text, &v4) == 1 {
            let mapped = Array(repeating: UInt8(0), count: 10) + [0xFF, 0xFF]
            return withUnsafeBytes(of: v4) { IPAddress(bytes: mapped + $0) }
        }
        var v6 = in6_addr()
        guard inet_pton(AF_INET6, text, &v6) == 1 else { return nil }
        return withUnsafeBytes(of: v6) { IPAddress(bytes: Array($0)) }
    }
}
