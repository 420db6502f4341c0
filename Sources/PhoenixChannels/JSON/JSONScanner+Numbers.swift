extension JSONScanner {
    /// The least power of ten that a double can't hold is 309; integer digits and exponent up to here are safe.
    private static let safeMagnitude = 308

    /// Checks a number, and, where the limits ask for it, that a double holds it as something finite.
    mutating func scanNumber() throws(JSONError) {
        let start = index
        if peek() == UInt8(ascii: "-") { index += 1 }
        let integerStart = index
        if peek() == UInt8(ascii: "0") {
            index += 1
        } else {
            try scanDigits("a number without a digit")
        }
        var magnitude = index - integerStart
        if peek() == UInt8(ascii: ".") {
            index += 1
            try scanDigits("no digit after the decimal point")
        }
        if peek() | 0x20 == UInt8(ascii: "e") {
            index += 1
            let negative = peek() == UInt8(ascii: "-")
            if negative || peek() == UInt8(ascii: "+") { index += 1 }
            let exponentStart = index
            try scanDigits("no digit in the exponent")
            let exponent = saturatedInteger(exponentStart..<index)
            magnitude = negative ? magnitude - exponent : magnitude + exponent
        }
        guard limits.refusesHugeNumbers, magnitude > Self.safeMagnitude else { return }
        let text = String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<index]), as: UTF8.self)
        guard let double = Double(text), double.isFinite else {
            throw JSONError(offset: start, detail: "a number is out of a double's range")
        }
    }

    private mutating func scanDigits(_ missing: String) throws(JSONError) {
        let start = index
        while index < bytes.count, bytes[index] &- UInt8(ascii: "0") < 10 { index += 1 }
        guard index > start else { throw failure(missing) }
    }

    /// The digits' value, no more than a billion: enough to tell that it is out of range.
    private func saturatedInteger(_ range: Range<Int>) -> Int {
        var value = 0
        for position in range {
            value = min(value * 10 + Int(bytes[position] - UInt8(ascii: "0")), 1_000_000_000)
        }
        return value
    }
}
