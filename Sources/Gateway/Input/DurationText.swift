/// A duration as requests write it: `500ms`, `5s`, `2m`, `1h`, or a number of seconds, fractions allowed.
package enum DurationText {
    /// Longer than any bound of ours: keeps the sums below from overflowing.
    private static let maxNanoseconds: Int64 = 1_000_000_000_000_000_000

    /// Reads a duration; nil for anything else, signs and exponents included.
    ///
    /// Whole numbers are exact, fractions to the nanosecond.
    package static func parse(_ text: String) -> Duration? {
        let dot = UInt8(ascii: ".")
        let number = text.utf8.prefix { (0x30...0x39).contains($0) || $0 == dot }
        let scale: Int64
        switch text[number.endIndex...] {
        case "s", "": scale = 1_000_000_000
        case "ms": scale = 1_000_000
        case "m": scale = 60_000_000_000
        case "h": scale = 3_600_000_000_000
        case _: return nil
        }
        let parts = number.split(separator: dot, maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.allSatisfy({ !$0.isEmpty && !$0.contains(dot) }), let digits = parts.first else { return nil }
        let fraction = parts.count == 2 ? (Double("0.\(Substring(parts[1]))") ?? 0) * Double(scale) : 0
        let (whole, overflows) = (Int64(Substring(digits)) ?? .max).multipliedReportingOverflow(by: scale)
        let bounded = overflows ? maxNanoseconds : min(whole, maxNanoseconds)
        return .nanoseconds(min(bounded + Int64(fraction.rounded()), maxNanoseconds))
    }

    /// As it would be written, with the largest unit that leaves a whole number; what is less than a millisecond is lost.
    package static func format(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let milliseconds = seconds * 1_000 + attoseconds / 1_000_000_000_000_000
        let units: [(suffix: String, milliseconds: Int64)] = [("h", 3_600_000), ("m", 60_000), ("s", 1_000)]
        let unit = units.first { milliseconds > 0 && milliseconds.isMultiple(of: $0.milliseconds) }
        return "\(milliseconds / (unit?.milliseconds ?? 1))\(unit?.suffix ?? "ms")"
    }
}
