/// Steps through JSON text that is known to be valid, forwards and once, without keeping anything of it.
///
/// At a value, look at its `kind`, and then read, open or skip it. It is valid as long as the closure it was handed to.
package struct JSONWalker {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var index = 0

    /// Takes exactly one value, without white space around it.
    fileprivate init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    /// What the value here is.
    package var kind: JSONKind { JSONKind(startingWith: peek()) }

    /// Moves behind the value here.
    package mutating func skip() {
        index = JSONBytes.skipValue(in: bytes, from: index)
    }

    /// Moves behind the string here, and hands it over without its escapes; an unpaired surrogate is three bytes.
    package mutating func readString<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        let start = index + 1
        index = JSONBytes.skipString(in: bytes, from: index)
        let content = UnsafeBufferPointer(rebasing: bytes[start..<max(start, index - 1)])
        guard content.contains(UInt8(ascii: "\\")) else { return body(content) }
        return JSONUnescaping.unescaped(content).withUnsafeBufferPointer(body)
    }

    /// Moves behind the number here.
    package mutating func readNumber() -> ExactDecimal {
        let start = index
        skip()
        return ExactDecimal(bytes[start..<index])
    }

    /// Moves into the object or array here.
    package mutating func open() {
        index += 1
    }

    /// Moves to the next member's value, and hands its name over without its escapes; nil behind the object's end.
    package mutating func nextMember<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result? {
        skipComma()
        guard peek() == UInt8(ascii: "\"") else {
            index += 1
            return nil
        }
        let result = readString(body)
        index = JSONBytes.skipWhitespace(in: bytes, from: index) + 1
        index = JSONBytes.skipWhitespace(in: bytes, from: index)
        return result
    }

    /// Moves to the next element; false behind the array's end.
    package mutating func nextElement() -> Bool {
        skipComma()
        guard index < bytes.count, bytes[index] != UInt8(ascii: "]") else {
            index += 1
            return false
        }
        return true
    }

    /// Moves behind the end of the object or array that it is in, from between two of its values.
    package mutating func leave() {
        index = JSONBytes.skipValue(in: bytes, from: index, depth: 1)
    }

    private mutating func skipComma() {
        index = JSONBytes.skipWhitespace(in: bytes, from: index)
        guard peek() == UInt8(ascii: ",") else { return }
        index = JSONBytes.skipWhitespace(in: bytes, from: index + 1)
    }

    /// The byte here; 0, which no token begins with, at the end.
    private func peek() -> UInt8 { index < bytes.count ? bytes[index] : 0 }
}

extension JSONSlice {
    /// Walks through the text of this value; the walker must not outlive `body`.
    package func walk<Result, Failure: Error>(
        _ body: (inout JSONWalker) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try storage.withUnsafeBufferPointer { bytes throws(Failure) in
            var walker = JSONWalker(UnsafeBufferPointer(rebasing: bytes[range]))
            return try body(&walker)
        }
    }
}
