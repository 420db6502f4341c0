/// A time as RFC 3339 writes it, in UTC with milliseconds.
package enum Timestamp {
    /// `2026-11-23T18:05:09.042Z` for milliseconds since 1970.
    package static func format(milliseconds: Int64) -> String {
        var bytes: [UInt8] = []
        append(milliseconds: milliseconds, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends the same: of years with four digits, which all of a clock's have.
    static func append(milliseconds: Int64, to bytes: inout [UInt8]) {
        let days = milliseconds.flooredDivision(by: 86_400_000)
        let rest = Int(milliseconds - days * 86_400_000)
        let (year, month, day) = civil(days: Int(days))
        bytes.appendTwoDigits(of: year / 100)
        bytes.appendTwoDigits(of: year)
        bytes.append(UInt8(ascii: "-"))
        bytes.appendTwoDigits(of: month)
        bytes.append(UInt8(ascii: "-"))
        bytes.appendTwoDigits(of: day)
        bytes.append(UInt8(ascii: "T"))
        bytes.appendTwoDigits(of: rest / 3_600_000)
        bytes.append(UInt8(ascii: ":"))
        bytes.appendTwoDigits(of: rest / 60_000 % 60)
        bytes.append(UInt8(ascii: ":"))
        bytes.appendTwoDigits(of: rest / 1000 % 60)
        bytes.append(UInt8(ascii: "."))
        bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 1000 / 100))
        bytes.appendTwoDigits(of: rest)
        bytes.append(UInt8(ascii: "Z"))
    }

    /// The Gregorian date of a day number, 0 being 1970-01-01: years are counted from March, so that the leap day is
    /// the last of its year.
    private static func civil(days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let march = (5 * dayOfYear + 2) / 153
        let month = march < 10 ? march + 3 : march - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * march + 2) / 5 + 1)
    }
}

extension Int64 {
    fileprivate func flooredDivision(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}
