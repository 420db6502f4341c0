import Glibc

/// Standard output and error, for what must not be lost unseen.
enum StandardStream {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Writes all of a text; throws where that can't be, as on a full disk.
    static func write(_ text: String, to descriptor: Int32 = STDOUT_FILENO) throws(Failure) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let reason = String(cString: strerror(errno))
                throw Failure(description: "What is to be printed can't be written: \(reason)")
            }
            rest = rest.dropFirst(count)
        }
    }
}
