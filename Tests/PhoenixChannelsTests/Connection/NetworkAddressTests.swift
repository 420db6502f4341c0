import Testing

@testable import PhoenixChannels

/// Addresses, blocks of them, and which ones are everybody's: IANA's registries of special-purpose addresses.
@Suite struct NetworkAddressTests {
    @Test(arguments: [
        "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.9.9.9",
        "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.0.1",
        "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.7", "224.0.0.1", "239.255.255.255", "240.0.0.1",
        "255.255.255.255",
        "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::8.8.8.8", "64:ff9b::7f00:1", "64:ff9b:1::1", "100::1",
        "2001::1", "2001:2::1", "2001:10::1", "2001:db8::1", "2002:7f00:1::", "3fff::1", "5f00::1", "fc00::1",
        "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1",
    ])
    func whatIsNotEverybodysIsNotGlobal(_ text: String) throws {
        let address = try #require(NetworkAddress(text))
        #expect(!address.isGlobal)
    }

    @Test(arguments: [
        "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
        "128.0.0.0",
        "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.167.255.255", "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0", "223.255.255.255", "2001:200::1", "2001:4860:4860::8888", "2003::1", "2606:4700:4700::1111",
        "3ffe:ffff::1",
    ])
    func theirNeighboursAre(_ text: String) throws {
        let address = try #require(NetworkAddress(text))
        #expect(address.isGlobal)
    }

    @Test func noBlockOfTheListIsMissing() {
        #expect(NetworkAddress.special.count == NetworkAddress.texts.count)
        #expect(NetworkAddress.unicast.count == 1 && AddressBlock.loopback.count == 2)
    }

    /// `getaddrinfo` takes these for numbers; here they are none, so that nobody takes them for what they aren't.
    @Test(arguments: ["127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1", "127.0.0.1.", "fe80::1%lo", "[::1]", "", "h"])
    func anotherNotationIsNoAddress(_ text: String) {
        #expect(NetworkAddress(text) == nil)
    }

    /// C would see the part before it only.
    @Test(arguments: ["127.0.0.1\0", "::1\0.example", "\0"])
    func aTextWithANULIsNoAddress(_ text: String) {
        #expect(NetworkAddress(text) == nil)
        #expect(!HostName.isNumber(text) && !HostName.isValid(text))
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.0.1", "11.0.0.0"), ("192.168.4.0/22", "192.168.7.255", "192.168.8.0"),
        ("0.0.0.0/0", "8.8.8.8", "::8"), ("10.1.2.3", "10.1.2.3", "10.1.2.2"), ("10.1.2.2/31", "10.1.2.3", "10.1.2.4"),
        ("fd00::/8", "fdff::1", "fc00::1"), ("::1", "::1", "::2"), ("::/0", "::1", "1.2.3.4"),
        ("127.0.0.0/8", "127.0.0.1", "::ffff:127.0.0.1"), ("::ffff:0:0/96", "::ffff:10.0.0.1", "10.0.0.1"),
    ])
    func aBlockHasWhatBeginsWithItsBits(_ block: String, _ inside: String, _ outside: String) throws {
        let block = try #require(AddressBlock(block))
        let (inside, outside) = (try #require(NetworkAddress(inside)), try #require(NetworkAddress(outside)))
        #expect(block.contains(inside) && !block.contains(outside))
    }

    @Test(arguments: [
        "10.0.0.0/33", "10.0.0.1/8", "10.0.0.0/", "10.0.0.0/+8", "10.0.0.0/8/8", "10/8", "/8", "::/129", "fd00::1/8",
        "h/8",
        "10.0.0.0/99999999999999999999",
    ])
    func aBlockThatIsNoneIsRefused(_ text: String) {
        #expect(AddressBlock(text) == nil)
    }

    @Test(arguments: [
        (true, "", "8.8.8.8", true), (true, "", "10.0.0.1", false), (true, "10.0.0.0/8", "10.0.0.1", true),
        (false, "10.0.0.0/8", "8.8.8.8", false), (false, "", "8.8.8.8", false),
        (true, "10.0.0.0/8", "::ffff:10.0.0.1", false),
    ])
    func aPolicyAllowsGlobalOnesOrABlock(
        _ global: Bool, _ block: String, _ address: String, _ isAllowed: Bool
    ) throws {
        let policy = AddressPolicy(allowsGlobal: global, blocks: [AddressBlock(block)].compactMap(\.self))
        let address = try #require(NetworkAddress(address))
        #expect(policy.allows(address) == isAllowed)
    }
}
