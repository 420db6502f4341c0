extension JSONScanner {
    /// Checks a document that is an array, and says where its first `count` elements stand.
    mutating func scanElements(keeping count: Int) throws(JSONError) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        ranges.reserveCapacity(count)
        skipWhitespace()
        index += 1
        skipWhitespace()
        if peek() == UInt8(ascii: "]") {
            index += 1
        } else {
            var isOpen = true
            while isOpen {
                skipWhitespace()
                let start = index
                try scanValue()
                if ranges.count < count { ranges.append(start..<index) }
                skipWhitespace()
                switch peek() {
                case UInt8(ascii: ","): isOpen = true
                case UInt8(ascii: "]"): isOpen = false
                default: throw failure("no comma or bracket after an element")
                }
                index += 1
            }
        }
        skipWhitespace()
        guard index == bytes.count else { throw failure("bytes after the value") }
        return ranges
    }
}
