import PhoenixChannels
import Testing

@testable import Gateway

/// The list of where a request's own `uri` may lead, and what it says of hosts.
@Suite struct AllowedUpstreamsTests {
    private func allowed(_ texts: [String]) throws -> AllowedUpstreams {
        AllowedUpstreams(try texts.map { try #require(AllowedUpstream($0), "\($0)") })
    }

    /// Whether a host may be looked up, and then lead to these addresses.
    private func isAllowed(_ host: String, _ port: Int, _ address: String, by texts: [String]) throws -> Bool {
        switch try allowed(texts).verdict(onHost: host, port: port) {
        case .refused: return false
        case .unchecked: return true
        case .checked(let policy): return policy.allows(try #require(NetworkAddress(address)))
        }
    }

    @Test(arguments: [
        "*", "loopback", "example.com", "EXAMPLE.com.", "*.example.com", "a-b_c.example", "localhost", "10.0.0.0/8",
        "10.0.0.1", "fd00::/8", "::1", "[::1]", "[fd00::/8]:4000", "example.com:443", "*.example.com:443",
        "10.0.0.0/8:4000", "loopback:4000", "*:443", "4com", "xn--bcher-kva.example",
    ])
    func anEntryIsTaken(_ text: String) {
        #expect(AllowedUpstream(text)?.description == text)
    }

    @Test(arguments: [
        "", " ", "a b", "*.", "*.*", "a.*", "*example.com", "a..b", ".a", "http://a", "a/b", "a:0", "a:65536", "a:x",
        "a:",
        "a:+1", ":80", "10.0.0.1/8", "10.0.0.0/33", "127.1", "*.1", "1", "0x7f.1:1:1", "[::1", "[::1]4000", "[a]:",
        "bücher.de",
        "::1:4000/129", "\u{1}",
    ])
    func whatIsNoEntryIsRefused(_ text: String) {
        #expect(AllowedUpstream(text) == nil)
    }

    @Test(arguments: [
        ("localhost", "127.0.0.1", true), ("LOCALHOST", "::1", true), ("localhost.", "127.0.0.1", true),
        ("127.0.0.1", "127.0.0.1", true), ("127.9.9.9", "127.9.9.9", true), ("::1", "::1", true),
        ("localhost", "10.0.0.1", false), ("localhost", "8.8.8.8", false), ("0.0.0.0", "0.0.0.0", false),
        ("::", "::", false), ("::ffff:127.0.0.1", "::ffff:127.0.0.1", false), ("127.1", "127.0.0.1", false),
        ("2130706433", "127.0.0.1", false), ("localhost.example", "127.0.0.1", false),
        ("127.0.0.1.example.com", "127.0.0.1", false), ("10.0.0.1", "10.0.0.1", false), ("8.8.8.8", "8.8.8.8", false),
        ("example.com", "127.0.0.1", false),
    ])
    func byDefaultOnlyThisMachineIsAllowed(_ host: String, _ address: String, _ isAllowed: Bool) throws {
        #expect(try self.isAllowed(host, 4000, address, by: ["loopback"]) == isAllowed)
        #expect(try AllowedUpstreams.loopback == allowed(["loopback"]))
    }

    @Test func aNameOfThisMachineIsRefusedUnlessItOrLoopbackIsListed() throws {
        for texts in [[], ["example.com"], ["127.0.0.0/8", "::1"]] {
            #expect(try !isAllowed("localhost", 4000, "127.0.0.1", by: texts))
        }
        #expect(try isAllowed("localhost", 4000, "127.0.0.1", by: ["localhost", "127.0.0.0/8"]))
    }

    @Test(arguments: [
        ("example.com", "8.8.8.8", true), ("Example.COM.", "8.8.8.8", true), ("a.example.com", "8.8.8.8", false),
        ("xexample.com", "8.8.8.8", false), ("a.b.example.org", "8.8.8.8", true), ("example.org", "8.8.8.8", false),
        ("xexample.org", "8.8.8.8", false), ("example.com", "127.0.0.1", false),
        ("example.com", "169.254.169.254", false), ("a.example.org", "10.0.0.1", false),
        ("example.com", "2606:4700::1", true), ("example.com", "fd00::1", false), ("8.8.8.8", "8.8.8.8", false),
    ])
    func aListedNameLeadsToGlobalAddresses(_ host: String, _ address: String, _ isAllowed: Bool) throws {
        #expect(try self.isAllowed(host, 443, address, by: ["example.com", "*.example.org"]) == isAllowed)
    }

    @Test(arguments: [
        ("phoenix.internal", "10.1.2.3", true), ("phoenix.internal", "192.168.0.1", false),
        ("phoenix.internal", "8.8.8.8", true), ("10.1.2.3", "10.1.2.3", true), ("11.0.0.1", "11.0.0.1", false),
        ("other.internal", "10.1.2.3", false),
    ])
    func aBlockIsForAddressesAndForWhereNamesLead(_ host: String, _ address: String, _ isAllowed: Bool) throws {
        #expect(try self.isAllowed(host, 4000, address, by: ["phoenix.internal", "10.0.0.0/8"]) == isAllowed)
    }

    @Test(arguments: [
        ("example.com", 443, "8.8.8.8", true), ("example.com", 80, "8.8.8.8", false),
        ("10.0.0.1", 4000, "10.0.0.1", true),
        ("10.0.0.1", 22, "10.0.0.1", false), ("example.com", 443, "10.0.0.1", false), ("::1", 4000, "::1", true),
        ("::1", 4001, "::1", false),
    ])
    func anEntryWithAPortIsForThatAlone(_ host: String, _ port: Int, _ address: String, _ isAllowed: Bool) throws {
        let texts = ["example.com:443", "10.0.0.0/8:4000", "[::1]:4000"]
        #expect(try self.isAllowed(host, port, address, by: texts) == isAllowed)
    }

    @Test func aStarIsForAllAndAnEmptyListForNothing() throws {
        for host in ["example.com", "169.254.169.254", "::1", "127.1"] {
            #expect(try allowed(["*"]).verdict(onHost: host, port: 1) == .unchecked)
            #expect(try allowed([]).verdict(onHost: host, port: 1) == .refused)
        }
        #expect(try allowed(["*:443"]).verdict(onHost: "example.com", port: 80) == .refused)
    }
}
