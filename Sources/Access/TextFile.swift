package import FoundationEssentials
import Glibc

/// A regular file that is read whole, within a bound.
package enum TextFile {
    /// 10,000 tokens take some 2 MB.
    package static let maxBytes = 8 * 1024 * 1024
    private static let pieceBytes = 64 * 1024

    /// Reads what is there, through links.
    ///
    /// - Throws: An `AccessError` with the path, and the system's reason if it has one.
    package static func read(_ path: String, upTo limit: Int = maxBytes) throws(AccessError) -> Data {
        // A pipe that nobody writes to would have the start wait for ever.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure(path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw AccessError("\(path) can't be read: it is no regular file, and no other is taken")
        }
        var data = Data()
        var piece = [UInt8](repeating: 0, count: pieceBytes)
        while data.count <= limit {
            let count = Glibc.read(descriptor, &piece, piece.count)
            guard count >= 0 else { throw failure(path) }
            guard count > 0 else { return data }
            data += piece[..<count]
        }
        throw AccessError("\(path) is larger than \(limit) bytes: is it the right file?")
    }

    private static func failure(_ path: String) -> AccessError {
        AccessError("\(path) can't be read: \(String(cString: strerror(errno)))")
    }
}
