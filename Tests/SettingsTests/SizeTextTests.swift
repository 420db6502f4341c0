import Settings
import TestSupport
import Testing

@Suite struct SizeTextTests {
    @Test(arguments: [("0", 0), ("17", 17), ("1KiB", 1_024), ("8MiB", 8 * 1_048_576), ("2GiB", 2_147_483_648)])
    func aSizeIsReadAndWrittenTheSame(_ text: String, _ bytes: Int) {
        #expect(SizeText.parse(text) == bytes)
        #expect(SizeText.format(bytes) == text)
    }

    @Test(arguments: ["", "-1", "1.5KiB", "KiB", "8 MiB", "8MB", "0x10", "+1", "9223372036854775807KiB", "١"])
    func anythingElseIsNone(_ text: String) {
        #expect(SizeText.parse(text) == nil)
    }

    @Test func randomTextsAreReadAsExactSumsMakeThem() {
        let pieces = [
            "", "0", "00", "7", "1023", "8388608", "9223372036854775807", "9007199254740992", " ", "-", "+", ".",
        ]
        let units = ["", "B", "KiB", "MiB", "GiB", "TiB", "kib", "KB", "iB"]
        var generator = SeededGenerator(seed: 1)
        var taken = 0
        for _ in 0..<20_000 {
            let digits = (0..<2).compactMap { _ in pieces.randomElement(using: &generator) }.joined()
            let unit = units.randomElement(using: &generator) ?? ""
            let bytes = SizeText.parse(digits + unit)
            #expect(bytes == Self.bytes(digits, unit), "\(digits + unit)")
            guard let bytes else { continue }
            taken += 1
            #expect(SizeText.parse(SizeText.format(bytes)) == bytes, "\(digits + unit)")
        }
        #expect(taken > 1_000)
    }

    private static func bytes(_ digits: String, _ unit: String) -> Int? {
        let factors: [String: UInt128] = ["": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30]
        guard let factor = factors[unit], !digits.isEmpty, digits.allSatisfy({ "0123456789".contains($0) }),
            let number = UInt128(digits), number <= UInt128(Int.max)
        else { return nil }
        return Int(exactly: number * factor)
    }
}
