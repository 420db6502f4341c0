import Testing

@testable import PhoenixChannels

/// RFC 9525, section 6.3: which names a certificate's DNS name stands for.
@Suite struct CertificateNameTests {
    @Test(arguments: [
        ("chat.example.com", "chat.example.com"), ("Chat.Example.com", "chat.example.COM"),
        ("chat.example.com", "*.example.com"), ("localhost", "localhost"),
    ])
    func aNameIsItsOwnAndOneOfAWildcard(_ name: String, _ pattern: String) {
        #expect(CertificateName.matches(name, pattern))
    }

    @Test(arguments: [
        ("chat.example.com", "example.com"), ("example.com", "*.example.com"),
        ("a.chat.example.com", "*.example.com"), ("chat.example.com", "ch*.example.com"),
        ("chat.example.com", "chat.*.com"), ("chat.example.com", "*"), ("localhost", "*"), ("localhost", ""),
        ("chat.example.com", "chat.example.com\0.evil.example"),
    ])
    func anotherNameIsRefused(_ name: String, _ pattern: String) {
        #expect(!CertificateName.matches(name, pattern))
    }
}
