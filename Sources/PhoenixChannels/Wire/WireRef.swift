/// A `ref` or `join_ref` as it stood on the wire: `1` and `"1"` are two, and each is echoed as it came.
///
/// Transcript `push_integer_refs`.
package struct WireRef: Sendable, Hashable, ExpressibleByStringLiteral {
    /// The string's content, or the number as it was written.
    package let text: String
    package let isNumber: Bool

    package init(_ text: String, isNumber: Bool = false) {
        self.text = text
        self.isNumber = isNumber
    }

    package init(stringLiteral text: String) {
        self.init(text)
    }

    package init(_ ref: Ref) {
        self.init(String(ref.number))
    }

    /// The ref of ours that it echoes; nil for anything that this client doesn't send.
    package var ref: Ref? {
        guard !isNumber, let number = UInt64(text) else { return nil }
        return Ref(number)
    }

    func append(to bytes: inout [UInt8]) {
        if isNumber { bytes.append(contentsOf: text.utf8) } else { bytes.appendJSONString(text) }
    }
}
