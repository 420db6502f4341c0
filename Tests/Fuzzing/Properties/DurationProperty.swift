import Gateway

/// A duration: it is what exact sums make of it, and prints as one that is read as the same.
enum DurationProperty {
    /// 10^9 s, the longest that there is.
    private static let longest: Int128 = 1_000_000_000_000_000_000
    /// More digits than these are more than the longest in any unit, or less than a nanosecond.
    private static let (wholeDigits, fractionDigits) = (20, 17)

    static func check(_ input: [UInt8]) throws(Violation) {
        guard let text = text(input) else { return }
        let duration = DurationText.parse(text)
        let expected = nanoseconds(text)
        try require((duration == nil) == (expected == nil), duration == nil ? "it is refused" : "it is taken")
        guard let duration, let expected else { return }
        let difference = nanoseconds(duration) - expected
        try require(abs(difference) <= 1, "\(text) is \(difference) ns off")
        let written = DurationText.format(duration)
        let again = try required(DurationText.parse(written), "\(written) isn't read")
        try require(abs(nanoseconds(again) - nanoseconds(duration)) <= 1_000_000, "\(text) is written \(written)")
        try require(DurationText.format(again) == written, "\(written) is written \(DurationText.format(again))")
    }

    private static func nanoseconds(_ duration: Duration) -> Int128 {
        Int128(duration.components.seconds) * 1_000_000_000 + Int128(duration.components.attoseconds / 1_000_000_000)
    }

    /// What the digits say; nil for what is none.
    private static func nanoseconds(_ text: String) -> Int128? {
        var bytes = Array(text.utf8)
        var unit: Int128 = 1_000_000_000
        switch bytes.last {
        case UInt8(ascii: "h"): unit *= 3_600
        case UInt8(ascii: "m"): unit *= 60
        case UInt8(ascii: "s") where bytes.dropLast().last == UInt8(ascii: "m"):
            unit /= 1_000
            bytes.removeLast()
        case UInt8(ascii: "s"): break
        default: bytes.append(UInt8(ascii: "s"))
        }
        bytes.removeLast()
        let sides = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard sides.count <= 2, sides.allSatisfy({ !$0.isEmpty && $0.allSatisfy { (0x30...0x39).contains($0) } })
        else { return nil }
        let whole = sides[0].drop { $0 == 0x30 }
        guard whole.count <= wholeDigits else { return longest }
        let fraction = sides.count == 2 ? sides[1].prefix(fractionDigits) : []
        let scale = fraction.reduce(Int128(1)) { scale, _ in scale * 10 }
        return min(number(whole) * unit + number(fraction) * unit / scale, longest)
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int128 {
        digits.reduce(0) { $0 * 10 + Int128($1 - 0x30) }
    }
}
