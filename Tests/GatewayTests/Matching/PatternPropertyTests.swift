import Gateway
import PhoenixChannels
import TestSupport
import Testing

/// `api.md`, "Messages and events", "Matching": the matcher, which walks bytes, against a plain one over trees.
@Suite struct PatternPropertyTests {
    private static let pairs = 25_000

    @Test func theMatcherDoesWhatThePlainOneDoes() throws {
        var generator = PatternGenerator(random: SeededGenerator())
        let seed = generator.random.seed
        var matched = 0
        var differing: [(pattern: String, payload: String, isMatch: Bool)] = []
        for _ in 0..<Self.pairs {
            let value = generator.value(depth: 3)
            let pattern = generator.pattern(for: value, depth: 4)
            let payload = generator.text(value)
            let text = generator.text(pattern)
            let isMatch = pattern.matches(value)
            let json = try JSONText(validating: Array(payload.utf8), limits: .lenient)
            let compiled = try PayloadPattern(JSONText(validating: Array(text.utf8), limits: .lenient).slice)
            if compiled.matches(.json(json)) != isMatch { differing.append((text, payload, isMatch)) }
            if isMatch { matched += 1 }
        }
        func size(_ pair: (pattern: String, payload: String, isMatch: Bool)) -> Int {
            pair.pattern.utf8.count + pair.payload.utf8.count
        }
        if let smallest = differing.min(by: { size($0) < size($1) }) {
            Issue.record(
                """
                \(differing.count) differ, with seed \(seed); the smallest:
                the pattern  \(smallest.pattern)
                the payload  \(smallest.payload)
                should\(smallest.isMatch ? "" : " not") match
                """)
        }
        #expect(matched > Self.pairs / 5 && matched < Self.pairs * 4 / 5, "\(matched) match, with seed \(seed)")
    }

    @Test func numbersAreOrderedAsWrittenOutOnesAre() throws {
        var generator = PatternGenerator(random: SeededGenerator())
        let seed = generator.random.seed
        for _ in 0..<2_000 {
            let (left, right) = (generator.decimal(), generator.decimal())
            let (leftText, rightText) = (generator.text(.number(left)), generator.text(.number(right)))
            let order = left.compared(to: right)
            let (own, other) = (ExactDecimal(leftText.utf8), ExactDecimal(rightText.utf8))
            #expect((own < other) == (order < 0), "\(leftText) < \(rightText), with seed \(seed)")
            #expect((own == other) == (order == 0), "\(leftText) == \(rightText), with seed \(seed)")
        }
    }
}
