import Testing

@testable import MicroHTTPD

/// When a worker pauses that is asked to turn again at once.
@Suite struct PaceTests {
    @Test func turnsThatDoNothingComeToAPause() {
        var pace = Pace()
        let sleeps = (0..<1_000).map { _ in pace.sleep(0, hasWorked: false) }
        #expect(sleeps.prefix(64).allSatisfy { $0 == 0 })
        #expect(sleeps.dropFirst(64).allSatisfy { $0 == 1 })
    }

    @Test func aTurnThatDoesSomethingEndsThePauses() {
        var pace = Pace()
        for _ in 0..<100 { _ = pace.sleep(0, hasWorked: false) }
        #expect(pace.sleep(0, hasWorked: true) == 0)
        #expect(pace.sleep(0, hasWorked: false) == 0)
    }

    @Test func whoSleepsAsAskedIsNotPaused() {
        var pace = Pace()
        for _ in 0..<100 {
            let (long, endless) = (pace.sleep(30_000, hasWorked: false), pace.sleep(-1, hasWorked: false))
            #expect(long == 30_000 && endless == -1)
        }
    }
}
