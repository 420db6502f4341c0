/// Checks JSON text byte by byte and keeps nothing of it: no tree, no recursion, no allocation up to 64 levels.
///
/// It is valid as long as the buffer it was made with: use it inside `withUnsafeBufferPointer` only.
struct JSONScanner {
    let bytes: UnsafeBufferPointer<UInt8>
    let limits: JSONLimits
    /// The next byte to look at.
    var index: Int
    /// For each open container, innermost in the lowest bit, whether it is an object; 64 of them.
    private var kinds: UInt64 = 0
    /// The words of `kinds` that deeper levels pushed out.
    private var outerKinds: [UInt64] = []
    private var depth = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>, limits: JSONLimits) {
        self.bytes = bytes
        self.limits = limits
        index = 0
    }

    /// Checks that the buffer is one JSON value with nothing but white space around it.
    mutating func scanDocument() throws(JSONError) {
        try scanValue()
        skipWhitespace()
        guard index == bytes.count else { throw failure("bytes after the value") }
    }

    /// Checks one value from `index` on, white space before it included, and moves behind it.
    mutating func scanValue() throws(JSONError) {
        depth = 0
        repeat {
            skipWhitespace()
            switch peek() {
            case UInt8(ascii: "\""):
                try scanString()
            case UInt8(ascii: "{"):
                try open(object: true)
                if closes(with: UInt8(ascii: "}")) { break }
                try scanName()
                continue
            case UInt8(ascii: "["):
                try open(object: false)
                if closes(with: UInt8(ascii: "]")) { break }
                continue
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                try scanNumber()
            case UInt8(ascii: "t"):
                try scanLiteral("true")
            case UInt8(ascii: "f"):
                try scanLiteral("false")
            case UInt8(ascii: "n"):
                try scanLiteral("null")
            default:
                throw failure(index < bytes.count ? "no value begins like this" : "the text ends too early")
            }
            try scanEnds()
        } while depth > 0
    }

    /// Moves past what follows a value, up to the next value or out of every container.
    private mutating func scanEnds() throws(JSONError) {
        while depth > 0 {
            skipWhitespace()
            let byte = peek()
            let inObject = kinds & 1 == 1
            if byte == UInt8(ascii: ",") {
                index += 1
                if inObject {
                    skipWhitespace()
                    try scanName()
                }
                return
            }
            guard byte == (inObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
                guard index < bytes.count else { throw failure("the text ends too early") }
                throw failure(inObject ? "no comma or brace after a member" : "no comma or bracket after an element")
            }
            index += 1
            leave()
        }
    }

    /// Checks a member's name and the colon behind it.
    private mutating func scanName() throws(JSONError) {
        guard peek() == UInt8(ascii: "\"") else { throw failure("a member's name is not a string") }
        try scanString()
        skipWhitespace()
        guard peek() == UInt8(ascii: ":") else { throw failure("no colon after a member's name") }
        index += 1
    }

    private mutating func scanLiteral(_ literal: StaticString) throws(JSONError) {
        let length = literal.utf8CodeUnitCount
        guard bytes.count - index >= length else { throw failure("the text ends too early") }
        for offset in 0..<length where bytes[index + offset] != literal.utf8Start[offset] {
            throw failure("no value begins like this")
        }
        index += length
    }

    private mutating func open(object: Bool) throws(JSONError) {
        guard depth < limits.maxDepth else { throw failure("more than \(limits.maxDepth) levels") }
        if depth > 0, depth.isMultiple(of: 64) { outerKinds.append(kinds) }
        kinds = kinds << 1 | (object ? 1 : 0)
        depth += 1
        index += 1
    }

    private mutating func leave() {
        depth -= 1
        kinds >>= 1
        if depth > 0, depth.isMultiple(of: 64) { kinds = outerKinds.removeLast() }
    }

    /// Moves past the end of a container just opened, when it is empty.
    private mutating func closes(with end: UInt8) -> Bool {
        skipWhitespace()
        guard peek() == end else { return false }
        index += 1
        leave()
        return true
    }

    @inline(__always)
    mutating func skipWhitespace() {
        while index < bytes.count, JSONBytes.isWhitespace(bytes[index]) { index += 1 }
    }

    /// The byte at `index`; 0, which no token begins with, at the end.
    @inline(__always)
    func peek() -> UInt8 { index < bytes.count ? bytes[index] : 0 }

    func failure(_ detail: String) -> JSONError { JSONError(offset: index, detail: detail) }
}
