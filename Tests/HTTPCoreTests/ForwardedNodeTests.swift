import Testing

@testable import HTTPCore

@Suite struct ForwardedNodeTests {
    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1", true), ("192.0.2.1:4711", "192.0.2.1", true), ("192.0.2.1:_port", "192.0.2.1", true),
        ("[2001:db8::1]", "2001:db8::1", true), ("[2001:DB8::1]:80", "2001:db8::1", true),
        ("2001:db8::1", "2001:db8::1", true), ("::ffff:192.0.2.1", "192.0.2.1", true),
        ("_hidden", "_hidden", false), ("_SEVKISEK:80", "_SEVKISEK", false), ("unknown", "unknown", false),
        ("UNKNOWN", "unknown", false), ("_", "unknown", false), ("", "unknown", false), ("a.example", "unknown", false),
        ("[2001:db8::1", "unknown", false), ("[192.0.2.1]x", "unknown", false), ("_a b", "unknown", false),
        ("_\r\nX: y", "unknown", false), ("_" + String(repeating: "a", count: 64), "unknown", false),
        ("192.0.2.1:80:80", "unknown", false), ("192.0.2.1, 192.0.2.2", "unknown", false),
    ])
    func anAddressIsTakenWithoutItsPortAndAHidingWordAsItIs(_ text: String, _ shown: String, _ isAddress: Bool) {
        let node = ForwardedNode(text)
        #expect(node.text == shown && (node.address != nil) == isAddress)
    }
}
