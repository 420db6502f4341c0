import NIOSSL

/// Whether a certificate is for a name (RFC 9525, section 6.3): by its DNS names alone.
///
/// NIOSSL also takes one for the address that the name has led to, or by its subject's common name: who can lead a name
/// astray, and has a certificate for the address there, would be taken for the name's owner.
enum CertificateName {
    /// The certificate is not for the name that was asked for.
    struct Mismatch: Error {}

    static func isFor(_ name: String, _ certificate: NIOSSLCertificate) -> Bool {
        certificate._subjectAlternativeNames().contains { alternative in
            alternative.nameType == .dnsName
                && matches(name, String(decoding: alternative.contents, as: UTF8.self))
        }
    }

    /// Whether a certificate's DNS name stands for this one: letter for letter in any case, and `*` for the whole of a
    /// first label.
    static func matches(_ name: String, _ pattern: String) -> Bool {
        let labels = labels(name)
        let own = Self.labels(pattern)
        guard labels.count == own.count, labels.dropFirst() == own.dropFirst() else { return false }
        return labels[0] == own[0] || (own[0] == "*" && own.count > 1)
    }

    private static func labels(_ name: String) -> [Substring] {
        name.lowercased().split(separator: ".", omittingEmptySubsequences: false)
    }
}
