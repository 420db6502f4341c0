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

    @Test func aLongOneIsExact() {
        for text in ["999999999123ms", "999989998999ms", "9007199254741ms", "12345678.9s", "99999h", "1000000000s"] {
            let duration = DurationText.parse(text)
            #expect(duration.map { DurationText.parse(DurationText.format($0)) } == duration, "\(text)")
        }
        #expect(DurationText.parse("999999999123ms").map { DurationText.format($0) } == "999999999123ms")
        #expect(DurationText.parse("999999999999999999999999h") == .seconds(1_000_000_000))
    }

    @Test(arguments: ["", "s", "-1", "+1", "1e3", "1 s", "1d", "5S", "1.", ".5", "0x10", "1.2.3", "٣", "inf", "nan"])
    func whatIsNoDurationIsRefused(_ text: String) {
        #expect(DurationText.parse(text) == nil)
    }
}
