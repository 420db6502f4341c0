import FoundationEssentials
import NIOSSL

/// Reads and checks the files that `TLSOptions` names, on the caller's thread.
enum PEMFile {
    static func read(_ path: String) throws(TLSFileError) -> [UInt8] {
        do {
            return Array(try Data(contentsOf: URL(filePath: path)))
        } catch {
            throw TLSFileError(path, "can't be read")
        }
    }

    static func checkCertificates(_ pem: [UInt8], _ path: String) throws(TLSFileError) {
        guard let certificates = try? NIOSSLCertificate.fromPEMBytes(pem), !certificates.isEmpty else {
            throw TLSFileError(path, "has no certificate in PEM")
        }
    }

    static func checkKey(_ pem: [UInt8], _ path: String, of chain: [UInt8]) throws(TLSFileError) {
        guard let key = try? NIOSSLPrivateKey(bytes: pem, format: .pem) else {
            throw TLSFileError(path, "has no private key in PEM that is not encrypted")
        }
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .certificates([])
        configuration.certificateChain = ((try? NIOSSLCertificate.fromPEMBytes(chain)) ?? []).map { .certificate($0) }
        configuration.privateKey = .privateKey(key)
        guard (try? NIOSSLContext(configuration: configuration)) != nil else {
            throw TLSFileError(path, "is not the key of the client's certificate")
        }
    }
}
