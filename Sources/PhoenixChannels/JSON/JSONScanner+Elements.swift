extension JSONScanner {
    /// Checks a document that is an array, and says where its first elements stand, and how many there are.
    mutating func scanElements<let limit: Int>(
        into ranges: inout InlineArray<limit, Range<Int>>
    ) throws(JSONError) -> Int {
        var count = 0
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
                if count < limit { ranges[count] = start..<index }
                count += 1
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
        return count
    }
}
