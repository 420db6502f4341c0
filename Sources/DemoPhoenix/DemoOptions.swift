import NIOSSL

/// What a demo server has only when it is asked for.
public struct DemoOptions: Sendable {
    /// Serves `wss` instead of `ws`.
    public var tls: TLSFiles?
    /// Takes `POST /control/…`, by which anybody can make it misbehave.
    public var hasControl: Bool
    /// The path of a file to append to, a line for whatever is sent or received on a channel.
    public var sequenceFile: String?

    public init(tls: TLSFiles? = nil, hasControl: Bool = false, sequenceFile: String? = nil) {
        self.tls = tls
        self.hasControl = hasControl
        self.sequenceFile = sequenceFile
    }

    /// Paths of PEM files.
    public struct TLSFiles: Sendable {
        /// The certificate, and behind it those of its issuers.
        public var certificate: String
        public var key: String

        public init(certificate: String, key: String) {
            self.certificate = certificate
            self.key = key
        }

        func context() throws(DemoServer.StartError) -> NIOSSLContext {
            do {
                let chain = try NIOSSLCertificate.fromPEMFile(certificate)
                let key = try NIOSSLPrivateKey(file: key, format: .pem)
                return try NIOSSLContext(
                    configuration: .makeServerConfiguration(
                        certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key)))
            } catch {
                throw DemoServer.StartError(
                    description: "the TLS certificate \(certificate) or its key \(key) can't be used: \(error)")
            }
        }
    }
}
