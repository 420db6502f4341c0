/// A value inside JSON text that is known to be valid; it shares that text's storage.
package struct JSONSlice: Sendable {
    let storage: [UInt8]
    let range: Range<Int>

    /// Takes the range of one value in a text that is known to be valid, without white space around it.
    package init(_ storage: [UInt8], _ range: Range<Int>) {
        self.storage = storage
        self.range = range
    }

    package init(_ text: JSONText) {
        let range = text.bytes.withUnsafeBufferPointer { bytes in
            let start = JSONBytes.skipWhitespace(in: bytes, from: 0)
            var end = bytes.count
            while end > start, JSONBytes.isWhitespace(bytes[end - 1]) { end -= 1 }
            return start..<end
        }
        self.init(text.bytes, range)
    }

    /// The raw text of exactly this value.
    package var bytes: ArraySlice<UInt8> { storage[range] }

    /// This value as a text of its own.
    package var text: JSONText {
        JSONText(unchecked: range.count == storage.count ? storage : Array(bytes))
    }

    package var kind: JSONKind { JSONKind(startingWith: range.isEmpty ? 0 : storage[range.lowerBound]) }

    package var bool: Bool? {
        switch kind {
        case .true: true
        case .false: false
        case .object, .array, .string, .number, .null: nil
        }
    }

    package var isNull: Bool { kind == .null }

    /// The number, however it is written (`2`, `2.0` and `20e-1` are 2); nil unless it is whole and fits an `Int`.
    package var integer: Int? { decimal?.integer }

    /// The number's exact value; nil unless this is one.
    package var decimal: ExactDecimal? { kind == .number ? ExactDecimal(bytes) : nil }
}
