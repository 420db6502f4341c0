/// A duration as requests write it: `500ms`, `5s`, `2m`, `1h`, or a number of seconds, fractions allowed.
package enum DurationText {
    /// Longer than any bound of ours: keeps the sums below from overflowing.
    private static let maxSeconds = 1e9

    /// Reads a duration; nil for anything else, signs and exponents included.
    package static func parse(_ text: String) -> Duration? {
        let dot = UInt8(ascii: ".")
        let number = text.utf8.prefix { (0x30...0x39).contains($0) || $0 == dot }
        let unit: Double
        switch text[number.endIndex...] {
        case "s", "": unit = 1
        case "ms": unit = 0.001
        case "m": unit = 60
        case "h": unit = 3600
        case _: return nil
        }
        // Digits on either side of a dot; `Double` takes no second one.
        guard let first = number.first, first != dot, number.last != dot, let value = Double(Substring(number)) else {
            return nil
        }
        let seconds = min(value * unit, maxSeconds)
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
