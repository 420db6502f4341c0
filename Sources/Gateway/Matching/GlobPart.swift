/// What stands between two stars of a glob, to be looked for without ever going back in the text (Knuth, Morris, Pratt).
struct GlobPart: Sendable, Hashable {
    private let bytes: [UInt8]
    /// For so many bytes found and one less: how many of them are found still when the next one doesn't fit.
    private let fallbacks: [Int]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        var fallbacks = [0]
        var found = 0
        for byte in bytes.dropFirst() {
            while found > 0, bytes[found] != byte { found = fallbacks[found - 1] }
            if bytes[found] == byte { found += 1 }
            fallbacks.append(found)
        }
        self.fallbacks = fallbacks
    }

    /// Where the first of it in a text ends.
    func end(in text: Slice<UnsafeBufferPointer<UInt8>>) -> Int? {
        var found = 0
        for index in text.indices {
            while found > 0, bytes[found] != text[index] { found = fallbacks[found - 1] }
            if bytes[found] == text[index] { found += 1 }
            if found == bytes.count { return index + 1 }
        }
        return nil
    }
}
