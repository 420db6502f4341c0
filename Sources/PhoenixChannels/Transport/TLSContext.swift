import NIOCore
import NIOSSL
import Synchronization

/// Loaded roots and certificates, shared by all endpoints with the same options as long as one of them is there.
///
/// Loading reads files and parses some 150 roots: it happens where an endpoint is made, never on an event loop.
final class TLSContext: Sendable, Hashable {
    private struct Entry {
        weak let context: TLSContext?
    }

    /// How long a server may take to end TLS once the websocket has ended: nothing that matters comes any more.
    private static let shutdownTimeout = TimeAmount.seconds(1)
    private static let shared = Mutex<[TLSOptions: Entry]>([:])

    let context: NIOSSLContext
    private let options: TLSOptions

    private init(_ options: TLSOptions) throws {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        configuration.shutdownTimeout = Self.shutdownTimeout
        if let roots = options.trustedRoots {
            configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(roots))
        }
        if let client = options.clientCertificate {
            configuration.certificateChain = try NIOSSLCertificate.fromPEMBytes(client.chain).map { .certificate($0) }
            configuration.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: client.key, format: .pem))
        }
        if options.disablesCertificateVerification { configuration.certificateVerification = .none }
        context = try NIOSSLContext(configuration: configuration)
        self.options = options
    }

    /// The one that is there for these options, or a new one.
    static func make(for options: TLSOptions) throws(EndpointError) -> TLSContext {
        if let context = shared.withLock({ $0[options]?.context }) { return context }
        guard let made = try? TLSContext(options) else {
            throw EndpointError("tls", "The trusted roots can't be loaded.")
        }
        return shared.withLock { entries in
            if let context = entries[options]?.context { return context }
            entries = entries.filter { $0.value.context != nil }
            entries[options] = Entry(context: made)
            return made
        }
    }

    /// A handler that speaks TLS to `host`: named to the server, and checked, unless it is an address.
    func handler(for host: String) throws -> NIOSSLClientHandler {
        // A name's final dot is DNS's own, and in no certificate.
        let name = host.hasSuffix(".") ? String(host.dropLast()) : host
        guard !HostName.isNumber(name) else { return try NIOSSLClientHandler(context: context, serverHostname: nil) }
        guard !options.disablesCertificateVerification else {
            return try NIOSSLClientHandler(context: context, serverHostname: name)
        }
        // Beside NIOSSL's own verification, and before anything is sent.
        return try ._makeSSLClientHandler(context: context, serverHostname: name) { certificate, channel in
            CertificateName.isFor(name, certificate)
                ? channel.eventLoop.makeSucceededVoidFuture()
                : channel.eventLoop.makeFailedFuture(CertificateName.Mismatch())
        }
    }

    static func == (left: TLSContext, right: TLSContext) -> Bool { left.options == right.options }

    func hash(into hasher: inout Hasher) { hasher.combine(options) }
}
