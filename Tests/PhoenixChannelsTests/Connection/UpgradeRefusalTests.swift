import PhoenixChannels
import Testing

@Suite struct UpgradeRefusalTests {
    /// 1994-11-06 08:49:37 UTC, the example of RFC 9110 section 5.6.7.
    private static let now = 784_111_777

    private func wait(_ value: String, now: Int = Self.now) -> Duration? {
        let header = Endpoint.Header(name: "Retry-After", value: value)
        return UpgradeRefusal(status: 503, headers: [header], now: now).retryAfter
    }

    @Test(arguments: [("0", 0), ("120", 120), ("007", 7), ("86401", 86_400), ("99999999999999999999999", 86_400)])
    func retryAfterInSecondsIsThatAndADayAtTheMost(_ value: String, _ seconds: Int) {
        #expect(wait(value) == .seconds(seconds))
    }

    @Test(arguments: [
        "Sun, 06 Nov 1994 08:49:47 GMT", "Sunday, 06-Nov-94 08:49:47 GMT", "Sun Nov  6 08:49:47 1994",
    ])
    func retryAfterAsADateIsItsDistance(_ value: String) {
        #expect(wait(value) == .seconds(10))
        #expect(wait(value, now: Self.now + 60) == .zero)
        #expect(wait(value, now: 0) == .seconds(86_400))
    }

    @Test(arguments: [
        ("Thu, 29 Feb 2024 23:59:59 GMT", 1_709_251_199), ("Fri, 01 Mar 2024 00:00:00 GMT", 1_709_251_200),
        ("Thu, 31 Dec 2099 23:59:59 GMT", 4_102_444_799), ("Thu, 01 Jan 1970 00:00:07 GMT", 7),
    ])
    func datesCountLeapDays(_ value: String, _ seconds: Int) {
        #expect(wait(value, now: seconds - 5) == .seconds(5))
    }

    @Test(arguments: [
        "", "-1", "1.5", "soon", "Sun, 06 Nov 1994 08:49:47", "Sun, 32 Nov 1994 08:49:47 GMT",
        "Sun, 06 Foo 1994 08:49:47 GMT", "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:49 GMT",
    ])
    func whatIsNoWaitIsNone(_ value: String) {
        #expect(wait(value) == nil)
    }

    @Test func headersAndBodyAreBounded() {
        let header = Endpoint.Header(name: "X-A", value: String(repeating: "a", count: 997))
        let refusal = UpgradeRefusal(
            status: 500, headers: Array(repeating: header, count: 100), body: [UInt8](repeating: 0, count: 5_000),
            now: 0)
        #expect(refusal.headers.count == 8)
        #expect(refusal.body.count == UpgradeRefusal.maxBodyBytes)
        let many = Array(repeating: Endpoint.Header(name: "A", value: "b"), count: 1_000)
        #expect(UpgradeRefusal(status: 500, headers: many, now: 0).headers.count == UpgradeRefusal.maxHeaders)
    }
}
