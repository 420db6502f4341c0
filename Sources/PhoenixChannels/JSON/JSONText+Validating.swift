extension JSONText {
    /// Takes bytes that are one JSON value, white space around it included, and keeps them as they are.
    package init(validating bytes: [UInt8], limits: JSONLimits = .phoenix) throws(JSONError) {
        try bytes.withUnsafeBufferPointer { buffer throws(JSONError) in
            var scanner = JSONScanner(buffer, limits: limits)
            try scanner.scanDocument()
        }
        self.init(unchecked: bytes)
    }

    package init(validating bytes: some Collection<UInt8>, limits: JSONLimits = .phoenix) throws(JSONError) {
        try self.init(validating: Array(bytes), limits: limits)
    }

    /// The value, to be looked into.
    package var slice: JSONSlice { JSONSlice(self) }

    /// Appends the text with line breaks between tokens as spaces; strings can't hold any unescaped.
    package func appendSingleLine(to buffer: inout [UInt8]) {
        guard bytes.contains(where: { $0 == 0x0A || $0 == 0x0D }) else { return buffer.append(contentsOf: bytes) }
        buffer.append(contentsOf: bytes.lazy.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 })
    }
}
