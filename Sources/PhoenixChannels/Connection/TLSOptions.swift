/// How `wss` is spoken: whom to trust, and what to show.
///
/// ```swift
/// let tls = try TLSOptions(
///     trustedRootsFile: "/etc/lab/ca.pem",
///     clientCertificate: .init(chainFile: "/etc/lab/me.pem", keyFile: "/etc/lab/me.key"))
/// let endpoint = try Endpoint(uri: "wss://lab.example/socket/websocket", tls: tls)
/// ```
///
/// TLS 1.2 or later. The server's certificate must lead to a trusted root, be in its time, and be for the host of the
/// uri, which is also named to the server (SNI) unless it is an address. Files are read here, once: a change of them
/// needs new options.
public struct TLSOptions: Sendable, Hashable, CustomStringConvertible {
    /// The machine's own roots, and no client certificate.
    public static let systemRoots = TLSOptions()

    /// The PEM of the only roots that are trusted; nil for the machine's.
    public let trustedRoots: [UInt8]?
    /// What is shown to a server that asks for a certificate.
    public let clientCertificate: ClientCertificate?

    /// Takes any certificate of any name, so that whoever sits in between can read and change all: for tests only.
    public var disablesCertificateVerification = false

    private init() {
        trustedRoots = nil
        clientCertificate = nil
    }

    /// Reads what TLS needs.
    ///
    /// - Parameters:
    ///   - trustedRootsFile: certificates in PEM, trusted in place of the machine's roots.
    ///   - clientCertificate: what is shown to a server that asks for a certificate.
    ///   - disablesCertificateVerification: takes any certificate of any name.
    /// - Throws: `TLSFileError`, which names the file.
    public init(
        trustedRootsFile: String? = nil, clientCertificate: ClientCertificate? = nil,
        disablesCertificateVerification: Bool = false
    ) throws(TLSFileError) {
        if let trustedRootsFile {
            let pem = try PEMFile.read(trustedRootsFile)
            try PEMFile.checkCertificates(pem, trustedRootsFile)
            trustedRoots = pem
        } else {
            trustedRoots = nil
        }
        self.clientCertificate = clientCertificate
        self.disablesCertificateVerification = disablesCertificateVerification
    }

    public var description: String {
        let words = [
            trustedRoots == nil ? "the machine's roots" : "own roots",
            clientCertificate == nil ? nil : "a client certificate",
            disablesCertificateVerification ? "certificates not verified" : nil,
        ]
        return "TLS with " + words.compactMap(\.self).joined(separator: ", ")
    }
}
