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

    @Test(arguments: ["", "s", "-1", "+1", "1e3", "1 s", "1d", "5S", "1.", ".5", "0x10", "1.2.3", "٣", "inf", "nan"])
    func whatIsNoDurationIsRefused(_ text: String) {
        #expect(DurationText.parse(text) == nil)
    }
}
