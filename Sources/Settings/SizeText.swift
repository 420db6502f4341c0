/// A number of bytes as people write it: `8MiB`, `64KiB`, `1GiB`, or bytes alone.
package enum SizeText {
    private static let units: [(suffix: String, bytes: Int)] = [
        ("GiB", 1024 * 1024 * 1024), ("MiB", 1024 * 1024), ("KiB", 1024), ("", 1),
    ]

    /// Reads whole numbers only; nil for anything else, and for what no machine holds.
    package static func parse(_ text: String) -> Int? {
        guard let unit = units.first(where: { text.hasSuffix($0.suffix) }) else { return nil }
        let digits = text.dropLast(unit.suffix.count)
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(digits) else {
            return nil
        }
        let (bytes, overflows) = number.multipliedReportingOverflow(by: unit.bytes)
        return overflows ? nil : bytes
    }

    /// With the largest unit that leaves a whole number.
    package static func format(_ bytes: Int) -> String {
        let unit = units.first { bytes != 0 && bytes.isMultiple(of: $0.bytes) }
        return "\(bytes / (unit?.bytes ?? 1))\(unit?.suffix ?? "")"
    }
}
