import MicroHTTPD
import Testing

@Suite(.timeLimit(.minutes(10))) struct PauseTests {
    @Test func aPauseIsAsLongInATaskThatIsCancelled() async {
        let end = ContinuousClock.now + .milliseconds(50)
        let task = Task { await pause(until: end) }
        task.cancel()
        await task.value
        #expect(ContinuousClock.now >= end)
    }
}
