import Glibc
import HTTPTypes

/// Takes the fields of a head out of C, for the length of one call.
///
/// libmicrohttpd ends texts with a NUL, and takes one that was sent for such an end: `chunked` and NUL and more are
/// `chunked`, and a line that begins with NUL is the empty one behind the head. So it is looked at where in its memory each
/// text lies: the lines stand there as they came, and nothing but their ends may be between them.
final class HeaderGathering {
    private var gathered: [HTTPField] = []
    private var isValid = true
    /// Where the texts end that are accounted for.
    private var end: Int

    /// LF or CRLF, which libmicrohttpd overwrites.
    private static let lineEnds = 1...2

    init(behind line: RequestLine) {
        end = unsafe Int(bitPattern: line.version) + strlen(line.version)
    }

    /// Whether all fields are valid, and the whole of a head that ends at this address.
    func isWhole(at headEnd: Int) -> Bool {
        // The last line has its end, and behind it is an empty one.
        isValid && (2 * Self.lineEnds.lowerBound...2 * Self.lineEnds.upperBound).contains(headEnd - end)
    }

    /// Made at once: `HTTPFields` takes one more by way of its generic insertion.
    var fields: HTTPFields {
        var fields: HTTPFields = [:]
        fields.insert(contentsOf: gathered, at: fields.startIndex)
        return fields
    }

    /// Takes one more; false when it isn't valid.
    func add(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) -> Bool {
        guard unsafe standsNext(name), unsafe Self.standsBefore(name, value),
            let field = unsafe Self.field(name, value)
        else {
            isValid = false
            return false
        }
        gathered.append(field)
        end = Int(bitPattern: value.baseAddress) + value.count
        return true
    }

    /// Whether a name is the beginning of the line behind the last.
    private func standsNext(_ name: UnsafeRawBufferPointer) -> Bool {
        Self.lineEnds.contains(Int(bitPattern: name.baseAddress) - end)
    }

    /// Whether a name stands in front of its value, as it was sent.
    ///
    /// A line that goes on in the next (RFC 9112, section 5.2) has libmicrohttpd write the rest behind the name, elsewhere
    /// in its memory or over the value: what was a `Content-Length` would be none.
    private static func standsBefore(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Bool {
        guard let nameStart = name.baseAddress, let valueStart = value.baseAddress else { return true }
        return unsafe nameStart + name.count < valueStart
    }

    private static func field(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> HTTPField? {
        guard unsafe !name.isEmpty, let name = HTTPField.Name(unsafe String(decoding: name, as: UTF8.self)) else {
            return nil
        }
        var end = value.count
        // White space behind a value isn't part of it (RFC 9112, section 5.1), but libmicrohttpd, which looks for
        // `chunked`, takes it for that: such a Transfer-Encoding stays another one than that.
        while name != .transferEncoding, end > 0, unsafe value[end - 1] == 0x20 || value[end - 1] == 0x09 { end -= 1 }
        let content = unsafe UnsafeRawBufferPointer(rebasing: value[..<end])
        guard unsafe HTTPField.isValidValue(content) else { return nil }
        return HTTPField(name: name, value: unsafe String(decoding: content, as: UTF8.self))
    }
}
