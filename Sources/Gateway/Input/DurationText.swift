/// A duration as requests write it: `500ms`, `5s`, `2m`, `1h`, or a number of seconds, fractions allowed.
package enum DurationText {
    /// Longer than any bound of ours: keeps the sums below from overflowing.
    private static let maxSeconds = 1e9

    /// Reads a duration; nil for anything else, signs and exponents included.
    package static func parse(_ text: String) -> Duration? {
        let units: [(suffix: String, seconds: Double)] = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600)]
        let unit = units.first { text.hasSuffix($0.suffix) }
        let number = text.dropLast(unit?.suffix.count ?? 0)
        let parts = number.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let isNumber = parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
        guard isNumber, let value = Double(String(number)) else { return nil }
        let seconds = min(value * (unit?.seconds ?? 1), maxSeconds)
        return .nanoseconds(Int64((seconds * 1e9).rounded()))
    }

    /// As it would be written, with the largest unit that leaves a whole number; what is less than a millisecond is lost.
    package static func format(_ duration: Duration) -> String {
        let milliseconds = duration / .milliseconds(1)
        let units: [(suffix: String, milliseconds: Double)] = [("h", 3_600_000), ("m", 60_000), ("s", 1_000)]
        let unit = units.first {
            milliseconds > 0 && milliseconds.truncatingRemainder(dividingBy: $0.milliseconds) == 0
        }
        return "\(Int(milliseconds / (unit?.milliseconds ?? 1)))\(unit?.suffix ?? "ms")"
    }
}
