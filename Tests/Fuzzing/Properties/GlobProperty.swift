import Gateway

/// A topic's or an event's pattern with a name: whether it matches as by the book.
enum GlobProperty {
    static func check(_ pattern: [UInt8], _ subject: [UInt8]) throws(Violation) {
        guard let pattern = text(pattern), let subject = text(subject) else { return }
        try require(Glob(exactly: subject).matches(subject), "a name doesn't match itself")
        try require(
            Glob(pattern).matches(subject) == matchesPlainly(pattern, subject), "\(pattern) with \(subject)")
    }

    /// Each place of the text that the pattern so far can reach.
    private static func matchesPlainly(_ pattern: String, _ text: String) -> Bool {
        let pattern = Array(pattern.utf8)
        let text = Array(text.utf8)
        var reached: Set<Int> = [0]
        var index = 0
        while index < pattern.count {
            let isEscape =
                pattern[index] == UInt8(ascii: "\\") && index + 1 < pattern.count
                && [UInt8(ascii: "*"), UInt8(ascii: "\\")].contains(pattern[index + 1])
            if !isEscape, pattern[index] == UInt8(ascii: "*") {
                reached = reached.min().map { Set($0...text.count) } ?? []
            } else {
                if isEscape { index += 1 }
                reached = Set(reached.filter { $0 < text.count && text[$0] == pattern[index] }.map { $0 + 1 })
            }
            guard !reached.isEmpty else { return false }
            index += 1
        }
        return reached.contains(text.count)
    }
}
