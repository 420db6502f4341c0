import Testing

@testable import HTTPCore

@Suite struct TrustedProxiesTests {
    @Test(arguments: [
        ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false), ("10.0.0.0/8", "::ffff:10.0.0.1", true),
        ("10.0.0.0/8", "a00::", false), ("0.0.0.0/0", "192.0.2.1", true), ("0.0.0.0/0", "2001:db8::1", false),
        ("::/0", "192.0.2.1", true), ("192.0.2.1", "192.0.2.1", true), ("192.0.2.1", "192.0.2.2", false),
        ("192.0.2.1/32", "192.0.2.1", true), ("192.0.2.128/25", "192.0.2.127", false),
        ("2001:db8::/32", "2001:db8:1::", true),
        ("2001:db8::/32", "2001:db9::", false), ("loopback", "127.9.9.9", true), ("loopback", "::1", true),
        ("loopback", "::2", false), ("loopback", "10.0.0.1", false),
    ])
    func anEntryTrustsItsAddressesAlone(_ entry: String, _ address: String, _ isTrusted: Bool) throws {
        let proxies = TrustedProxies([try #require(TrustedProxies.Entry(entry))])
        #expect(proxies.contains(try #require(IPAddress(address))) == isTrusted)
    }

    @Test(arguments: [
        "", "localhost", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.1/8", "10.0.0.0/8/8",
        "::/129",
        "::1/64", "*", "10.0.0.0/8 ", "10.0.0.0/0x8", "10.0.0.0/1000000000000000000000",
    ])
    func anythingElseIsNone(_ entry: String) {
        #expect(TrustedProxies.Entry(entry) == nil)
    }

    @Test(arguments: ["loopback", "10.0.0.0/8", "192.0.2.1", "2001:db8::/32", "::/0", "0.0.0.0/0", "::1"])
    func anEntryIsWrittenAsItIsRead(_ entry: String) {
        #expect(TrustedProxies.Entry(entry)?.text == entry)
    }
}
