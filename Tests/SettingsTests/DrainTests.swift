import Settings
import Testing

@Suite struct DrainTests {
    @Test func whatTheDelayLeavesIsSharedOut() {
        let drain = Drain(delay: .seconds(2), timeout: .seconds(18))
        #expect(drain.spread == .seconds(8) && drain.sessionsEnded == .seconds(10))
        #expect(drain.waitingRefused == .seconds(14) && drain.serverStopped == .seconds(16))
        #expect(drain.socketsClosed == .seconds(17))
    }

    /// Times with which parts of their own were longer than the whole.
    @Test(arguments: [(0, 100), (0, 1_000), (1_900, 2_000), (0, 2_000), (5_000, 3_600_000)])
    func everyPartComesBehindTheOneBeforeAndAheadOfTheExit(_ delay: Int, _ timeout: Int) {
        let drain = Drain(delay: .milliseconds(delay), timeout: .milliseconds(timeout))
        let parts = [
            drain.delay, drain.sessionsEnded, drain.waitingRefused, drain.serverStopped, drain.socketsClosed,
            drain.timeout,
        ]
        #expect(zip(parts, parts.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test func aDelayThatLeavesNothingIsRefused() async {
        await #expect(throws: SettingsError.self) {
            try await SettingsReader(flags: ["drain_delay": "8s"], environment: [:], file: nil).read()
        }
    }
}
