import Gateway
import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

import Synchronization

@Suite struct DeadlinesTests {
    private final class Log: Sendable {
        private let seen = Mutex<[String]>([])
        func add(_ text: String) { seen.withLock { $0.append(text) } }
        var all: [String] { seen.withLock { $0 } }
    }

    @Test func actionsRunWhenTheirTimeHasPassed() {
        let time = ManualTime()
        let deadlines = Deadlines(time: time)
        let log = Log()
        _ = deadlines.add(after: .seconds(2)) { log.add("two") }
        _ = deadlines.add(after: .seconds(1)) { log.add("one") }
        let token = deadlines.add(after: .milliseconds(1_500)) { log.add("never") }
        deadlines.cancel(token)
        time.advance(by: .milliseconds(999))
        #expect(log.all == [])
        time.advance(by: .milliseconds(30))
        #expect(log.all == ["one"])
        time.advance(by: .seconds(1))
        #expect(log.all == ["one", "two"])
        #expect(deadlines.count == 0)
    }

    @Test func anActionMayAddAnother() {
        let time = ManualTime()
        let deadlines = Deadlines(time: time)
        let log = Log()
        _ = deadlines.add(after: .seconds(1)) {
            log.add("first")
            _ = deadlines.add(after: .seconds(1)) { log.add("second") }
        }
        time.advance(by: .seconds(60))
        #expect(log.all == ["first", "second"])
    }

    @Test func theMachinesClockRunsThem() async {
        let deadlines = Deadlines(time: SystemTime())
        await withCheckedContinuation { continuation in
            _ = deadlines.add(after: .milliseconds(20)) { continuation.resume() }
        }
        #expect(deadlines.count == 0)
    }

    @Test func noDeadlineIsMissedWhateverItsTime() {
        for milliseconds in stride(from: 10, to: 1_000_000, by: 9_300) {
            let time = ManualTime()
            let deadlines = Deadlines(time: time)
            _ = deadlines.add(after: .milliseconds(milliseconds)) {}
            time.advance(by: .milliseconds(milliseconds + 20))
            #expect(deadlines.count == 0, "\(milliseconds) ms")
        }
    }
}
