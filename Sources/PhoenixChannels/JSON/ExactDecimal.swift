/// The exact value of a JSON number: 9007199254740993 is not 9007199254740992; 1, 1.0 and 1e0 are one.
///
/// The value is 0.DIGITS × 10^`exponent`. Nothing is ever multiplied out, so `1e999999999` costs no more than `1`.
package struct ExactDecimal: Sendable, Hashable, Comparable {
    /// Exponents of more digits than this are kept as text: the sum with the digits' count can't leave an `Int`.
    private static let maxExponentDigits = 17

    private let isNegative: Bool
    /// The significant digits, 0 to 9, without zeros at either end; empty for zero.
    private let digits: [UInt8]
    private let exponent: Int
    /// The written exponent's digits when there are too many to reckon with, else empty.
    ///
    /// Such numbers are equal only when their exponents are the same text:
    /// `1e…0` and `10e…9` are then two.
    private let hugeExponent: [UInt8]

    /// Reads the text of one valid JSON number.
    package init(_ text: some Collection<UInt8>) {
        var point: Int?
        var digits: [UInt8] = []
        var exponentDigits: [UInt8] = []
        var inExponent = false
        var negative = false
        var negativeExponent = false
        for byte in text {
            switch byte {
            case UInt8(ascii: "-"): if inExponent { negativeExponent = true } else { negative = true }
            case UInt8(ascii: "."): point = digits.count
            case UInt8(ascii: "e"), UInt8(ascii: "E"): inExponent = true
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                let digit = byte - UInt8(ascii: "0")
                if !inExponent {
                    digits.append(digit)
                } else if digit != 0 || !exponentDigits.isEmpty {
                    exponentDigits.append(digit)
                }
            default: break
            }
        }
        let leading = digits.prefix { $0 == 0 }.count
        let trailing = leading == digits.count ? 0 : digits.reversed().prefix { $0 == 0 }.count
        let scale = (point ?? digits.count) - leading
        self.digits = Array(digits[leading..<digits.count - trailing])
        guard !self.digits.isEmpty else {
            (isNegative, exponent, hugeExponent) = (false, 0, [])
            return
        }
        isNegative = negative
        let isHuge = exponentDigits.count > Self.maxExponentDigits
        hugeExponent = isHuge ? exponentDigits : []
        let written = isHuge ? Int.max / 4 : exponentDigits.reduce(0) { $0 * 10 + Int($1) }
        exponent = scale + (negativeExponent ? -written : written)
    }

    /// The value when it is whole and fits an `Int`.
    package var integer: Int? {
        guard hugeExponent.isEmpty, exponent >= digits.count, exponent <= 19 else { return digits.isEmpty ? 0 : nil }
        var value = 0
        for position in 0..<exponent {
            // Downwards, since `Int.min` has no positive counterpart.
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let digit = position < digits.count ? Int(digits[position]) : 0
            let (difference, borrow) = product.subtractingReportingOverflow(digit)
            guard !overflow, !borrow else { return nil }
            value = difference
        }
        guard !isNegative else { return value }
        return value == Int.min ? nil : -value
    }

    package static func < (left: ExactDecimal, right: ExactDecimal) -> Bool {
        guard left.sign == right.sign else { return left.sign < right.sign }
        return left.isNegative ? right.isSmallerMagnitude(than: left) : left.isSmallerMagnitude(than: right)
    }

    private var sign: Int { digits.isEmpty ? 0 : isNegative ? -1 : 1 }

    private func isSmallerMagnitude(than other: ExactDecimal) -> Bool {
        guard !digits.isEmpty, !other.digits.isEmpty else { return digits.isEmpty && !other.digits.isEmpty }
        if hugeExponent != other.hugeExponent {
            let down = exponent < 0
            guard down == (other.exponent < 0) else { return down }
            let isSmaller =
                hugeExponent.count == other.hugeExponent.count
                ? hugeExponent.lexicographicallyPrecedes(other.hugeExponent)
                : hugeExponent.count < other.hugeExponent.count
            return isSmaller != down
        }
        guard exponent == other.exponent else { return exponent < other.exponent }
        return digits.lexicographicallyPrecedes(other.digits)
    }
}
