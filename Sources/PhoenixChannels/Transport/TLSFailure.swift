import Glibc
import NIOCore
import NIOSSL

/// Why TLS did not come about, in words.
///
/// BoringSSL tells only that a certificate was refused: why is read from the certificate.
enum TLSFailure {
    /// The error as a caller sees it; nil when it isn't TLS's.
    static func connectError(
        _ error: any Error, host: String, certificate: NIOSSLCertificate?, now: time_t
    ) -> ConnectError? {
        switch error {
        case is CertificateName.Mismatch: otherName(host)
        case let error as NIOSSLExtraError
        where error == .failedToValidateHostname || error == .serverHostnameImpossibleToMatch:
            otherName(host)
        case NIOSSLError.unableToValidateCertificate, NIOSSLError.noCertificateToValidate:
            .untrusted(reason: "the upstream showed no certificate")
        case NIOSSLError.handshakeFailed(.sslError(let stack)), BoringSSLError.sslError(let stack):
            handshakeFailed(stack, certificate, now)
        case NIOSSLError.uncleanShutdown:
            .failed(reason: "the upstream closed the connection instead of answering the websocket upgrade")
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
            .failed(reason: "TLS with the upstream failed")
        default: nil
        }
    }

    private static func otherName(_ host: String) -> ConnectError {
        .untrusted(reason: "the upstream's certificate is not for the name \(host)")
    }

    private static func handshakeFailed(
        _ stack: NIOBoringSSLErrorStack, _ certificate: NIOSSLCertificate?, _ now: time_t
    ) -> ConnectError {
        if stack.contains(.eofDuringHandshake) {
            return .failed(reason: "the upstream closed the connection during the TLS handshake")
        }
        let text = stack.map(\.description).joined(separator: " ")
        if text.contains("CERTIFICATE_VERIFY_FAILED") {
            return .untrusted(reason: refusal(of: certificate, now))
        }
        for (name, reason) in reasons where text.contains(name) { return .failed(reason: reason) }
        return .failed(reason: "the TLS handshake with the upstream failed")
    }

    private static func refusal(of certificate: NIOSSLCertificate?, _ now: time_t) -> String {
        if let certificate, certificate.notValidAfter < now { return "the upstream's certificate has expired" }
        if let certificate, certificate.notValidBefore > now { return "the upstream's certificate is not valid yet" }
        return "the upstream's certificate is not signed by an authority that is trusted"
    }

    /// BoringSSL's names of what is not about the server's certificate.
    private static let reasons = [
        ("CERTIFICATE_REQUIRED", "the upstream wants a client certificate"),
        ("ALERT_UNKNOWN_CA", "the upstream does not trust the client certificate's authority"),
        ("ALERT_CERTIFICATE_EXPIRED", "the upstream says that the client certificate has expired"),
        ("ALERT_BAD_CERTIFICATE", "the upstream refused the client certificate"),
        ("ALERT_CERTIFICATE_UNKNOWN", "the upstream refused the client certificate"),
        ("ALERT_UNRECOGNIZED_NAME", "the upstream has no certificate for the name that was asked for"),
        ("ALERT_HANDSHAKE_FAILURE", "the upstream refused the TLS handshake"),
        ("ALERT_PROTOCOL_VERSION", "the upstream speaks neither TLS 1.2 nor 1.3"),
        ("UNSUPPORTED_PROTOCOL", "the upstream speaks neither TLS 1.2 nor 1.3"),
        ("WRONG_VERSION_NUMBER", "the upstream does not speak TLS at that port"),
        ("HTTP_REQUEST", "the upstream does not speak TLS at that port"),
    ]
}
