import Gateway
import Testing

@Suite struct DurationTextTests {
    @Test(arguments: [
        ("500ms", Duration.milliseconds(500)), ("5s", .seconds(5)), ("2m", .seconds(120)), ("1h", .seconds(3_600)),
        ("1.5", .milliseconds(1_500)), ("0", .zero), ("0.25s", .milliseconds(250)),
    ])
    func durationsAreRead(_ text: String, _ duration: Duration) {
        #expect(DurationText.parse(text) == duration)
    }

    @Test func whatIsLessThanAMillisecondIsLostBeforeTheUnitIsChosen() {
        #expect(DurationText.format(.nanoseconds(1_000_000_100)) == "1s")
        #expect(DurationText.format(.nanoseconds(999_999)) == "0ms")
    }

    @Test(arguments: [4_514_601_992, 999_989_998_999, 999_999_999_123])
    func aLongOneIsReadAndWrittenExactly(_ milliseconds: Int) {
        #expect(DurationText.parse("\(milliseconds)ms") == .milliseconds(milliseconds))
        #expect(DurationText.format(.milliseconds(milliseconds)) == "\(milliseconds)ms")
    }

    @Test func oneThatIsTooLongIsTheLongest() {
        #expect(DurationText.parse("999999999999999999999999h") == .seconds(1_000_000_000))
    }

    @Test(arguments: ["", "s", "-1", "+1", "1e3", "1 s", "1d", "5S", "1.", ".5", "0x10", "1.2.3", "٣", "inf", "nan"])
    func whatIsNoDurationIsRefused(_ text: String) {
        #expect(DurationText.parse(text) == nil)
    }
}
