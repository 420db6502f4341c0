import Settings
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
}
