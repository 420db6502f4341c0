import Testing

@testable import MicroHTTPD

/// A server's stop has one deadline, whatever it spends its time on.
@Suite struct StopScheduleTests {
    private let start = ContinuousClock.now

    private func plan(_ grace: Int, _ last: Int, settle: Int = 100) -> StopSchedule {
        StopSchedule(
            from: start, grace: .milliseconds(grace), lastAnswers: .milliseconds(last),
            settleTime: .milliseconds(settle))
    }

    @Test func theLastAnswersComeBehindTheGrace() {
        let schedule = plan(750, 125)
        #expect(schedule.settled == start + .milliseconds(100))
        #expect(schedule.refusesWaiting == start + .milliseconds(750))
        #expect(schedule.ends == start + .milliseconds(875))
    }

    @Test func timeToSettleIsTakenFromTheWhole() {
        #expect(plan(50, 20).settled == start + .milliseconds(70))
        #expect(plan(50, 20).ends == start + .milliseconds(70))
    }

    /// One that is late stops at once.
    @Test func whatIsNotThereAnyMoreIsNotTaken() {
        let schedule = plan(-300, -1)
        #expect(schedule == StopSchedule(from: start, grace: .zero, lastAnswers: .zero, settleTime: .zero))
        #expect(schedule.ends == start)
    }
}
