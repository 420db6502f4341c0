extension TLSOptions {
    /// A certificate that says who this client is, and its key.
    public struct ClientCertificate: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
        /// PEM, the client's own certificate first.
        public let chain: [UInt8]
        /// PEM, not encrypted: a secret.
        public let key: [UInt8]

        /// Reads both.
        ///
        /// - Parameters:
        ///   - chainFile: PEM, the client's own certificate first, those that sign it behind it.
        ///   - keyFile: the key of the first certificate, PEM, not encrypted.
        /// - Throws: `TLSFileError`, which names the file; also where the key is another's.
        public init(chainFile: String, keyFile: String) throws(TLSFileError) {
            chain = try PEMFile.read(chainFile)
            key = try PEMFile.read(keyFile)
            try PEMFile.checkCertificates(chain, chainFile)
            try PEMFile.checkKey(key, keyFile, of: chain)
        }

        public var description: String { "a client certificate" }

        public var customMirror: Mirror { Mirror(self, children: []) }
    }
}
