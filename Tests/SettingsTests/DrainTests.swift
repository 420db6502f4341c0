import Settings
import Testing

@Suite struct DrainTests {
    @Test func whatTheDelayLeavesIsSharedOut() {
        let drain = Drain(delay: .seconds(2), timeout: .seconds(10))
        #expect(drain.spread == .seconds(4) && drain.grace == .seconds(6))
    }

    @Test func aDelayThatLeavesNothingIsRefused() async {
        await #expect(throws: SettingsError.self) {
            try await SettingsReader(flags: ["drain_delay": "8s"], environment: [:], file: nil).read()
        }
    }
}
