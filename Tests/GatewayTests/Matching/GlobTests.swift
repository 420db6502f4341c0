import Gateway
import TestSupport
import Testing

/// `api.md`, "Messages and events", "Matching": `topic` and `event`, exact or with `*` as a glob.
@Suite struct GlobTests {
    @Test(arguments: [
        ("rooms:*", "rooms:lobby", true), ("rooms:*", "rooms:", true), ("rooms:*", "room:lobby", false),
        ("*", "", true), ("**", "a", true), ("a**b", "ab", true),
        ("a*b*c", "aXbYc", true), ("a*b*c", "abc", true), ("a*b*c", "acb", false), ("*a*", "bab", true), ("", "", true),
        ("ab*ba", "aba", false), ("*ab*ab", "abab", true), ("*ab*ab", "xab", false), (#"a\*"#, "a*", true),
        (#"a\*"#, "ab", false), (#"a\\*"#, #"a\b"#, true), ("é*", "éa", true), ("exact", "exact", true),
        ("exact", "exactly", false), ("*aab*", "aaaab", true), ("*abab*c", "abacababc", true),
        (#"a\b"#, #"a\b"#, true), (#"a\"#, #"a\"#, true), ("é", "e\u{301}", false), ("rooms:*", "ROOMS:a", false),
    ])
    func globsMatch(_ pattern: String, _ text: String, _ matches: Bool) {
        #expect(Glob(pattern).matches(text) == matches)
    }

    @Test func anExactNameHasNoStars() {
        #expect(Glob(exactly: "a*").matches("a*"))
        #expect(!Glob(exactly: "a*").matches("ab"))
    }

    @Test func globsDoWhatPlainOnesDo() {
        var random = SeededGenerator()
        let seed = random.seed
        var matched = 0
        let pairs = 20_000
        for _ in 0..<pairs {
            let pattern = Self.text(of: ["a", "b", "*", "*", "\\"], upTo: 6, &random)
            let text = Self.text(of: ["a", "a", "b", "*", "\\"], upTo: 7, &random)
            let isMatch = Self.matchesPlainly(Array(pattern)[...], Array(text)[...])
            #expect(Glob(pattern).matches(text) == isMatch, "\(pattern) with \(text), with seed \(seed)")
            if isMatch { matched += 1 }
        }
        #expect(matched > pairs / 20 && matched < pairs * 19 / 20, "\(matched) match, with seed \(seed)")
    }

    /// Were the part tried at each place anew, this would take minutes.
    @Test(.timeLimit(.minutes(10))) func noGlobMultipliesTheCost() {
        let text = String(repeating: "a", count: 500_000)
        let part = String(repeating: "a", count: 50_000)
        #expect(!Glob("*\(part)b*").matches(text))
        #expect(Glob("*\(part)*\(part)*").matches(text))
    }

    private static func text(of characters: [Character], upTo length: Int, _ random: inout SeededGenerator) -> String {
        String(
            (0..<Int.random(in: 0...length, using: &random)).map { _ in
                characters[Int.random(in: 0..<characters.count, using: &random)]
            })
    }

    /// A star is nothing, or one character and the star again.
    private static func matchesPlainly(_ pattern: ArraySlice<Character>, _ text: ArraySlice<Character>) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        if first == "*" {
            return matchesPlainly(pattern.dropFirst(), text)
                || (!text.isEmpty && matchesPlainly(pattern, text.dropFirst()))
        }
        let escaped = first == "\\" ? pattern.dropFirst().first.flatMap { $0 == "*" || $0 == "\\" ? $0 : nil } : nil
        guard let next = text.first, next == escaped ?? first else { return false }
        return matchesPlainly(pattern.dropFirst(escaped == nil ? 1 : 2), text.dropFirst())
    }
}
