import Glibc
import HTTPCore
import HTTPTypes

/// A request's first line as libmicrohttpd took it apart: pointers into its buffer, good for the length of one call.
@unsafe struct RequestLine {
    let method: UnsafePointer<CChar>
    let path: UnsafePointer<CChar>
    let version: UnsafePointer<CChar>

    /// HTTP/1.0's requests need no `Host` and have no `Transfer-Encoding`.
    var isHTTP10: Bool { unsafe strcmp(version, "HTTP/1.0") == 0 }

    var isHead: Bool { unsafe strcmp(method, "HEAD") == 0 }

    /// Whether it is the line that was sent, `target` being what was seen of its target.
    ///
    /// A NUL byte in the method or the target ends it for C. Then it isn't the next part that stands right behind it in the
    /// buffer.
    func isWhole(target: [UInt8]) -> Bool {
        unsafe Int(bitPattern: path) - Int(bitPattern: method) == strlen(method) + 1
            && Int(bitPattern: version) - Int(bitPattern: path) == target.count + 1
    }

    var methodToken: HTTPRequest.Method? { HTTPRequest.Method(unsafe String(cString: method)) }
}
