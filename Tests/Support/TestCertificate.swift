import Foundation

/// A certificate for localhost that nobody trusts, good for a hundred years, as files that go with this object.
package final class TestCertificate {
    /// Its path.
    package let certificate: String
    /// Its key's path.
    package let key: String
    private let folder: URL

    package init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "certificate-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        certificate = folder.appending(path: "certificate.pem").path
        key = folder.appending(path: "key.pem").path
        try Self.certificateText.write(toFile: certificate, atomically: false, encoding: .utf8)
        try Self.keyText.write(toFile: key, atomically: false, encoding: .utf8)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500 -subj /CN=localhost -addext
    /// subjectAltName=DNS:localhost,IP:127.0.0.1`.
    private static let certificateText = """
        -----BEGIN CERTIFICATE-----
        MIIBmzCCAUGgAwIBAgIUHnw1QO1mvfJAm0XCRFJBbyYp7VAwCgYIKoZIzj0EAwIw
        FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNTA0MTc0NloYDzIxMjYxMTAx
        MDQxNzQ2WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
        PQMBBwNCAAQPEb5JYRbVq782gJ+oFNpmm5IOvqjV2RliqheVSzbJz1717tQWW9hO
        KWs/HiIKYcRwBocIteGmQ3qbUSR3x/o5o28wbTAdBgNVHQ4EFgQUClu5Yx5qZCWq
        Wy7LcbLOTeaoliswHwYDVR0jBBgwFoAUClu5Yx5qZCWqWy7LcbLOTeaoliswDwYD
        VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
        zj0EAwIDSAAwRQIhALeBFC9L81kw+yoNqoxbSRQLvYu1a18sRd6P5srnxogcAiBt
        XHbuALBCxFF6fT0veIoLPZmXRY7zRnEHXz6euc1dcw==
        -----END CERTIFICATE-----
        """

    private static let keyText = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgxCiIZmh8dAG/KchR
        fVpFfMIb3p3MzHEL2lbGmGEHtrGhRANCAAQPEb5JYRbVq782gJ+oFNpmm5IOvqjV
        2RliqheVSzbJz1717tQWW9hOKWs/HiIKYcRwBocIteGmQ3qbUSR3x/o5
        -----END PRIVATE KEY-----
        """
}
