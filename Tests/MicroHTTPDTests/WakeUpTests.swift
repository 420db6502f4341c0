import Dispatch
import Glibc
import Testing

@testable import MicroHTTPD

/// What wakes a worker: a test that sleeps on runs into its time limit.
@Suite(.timeLimit(.minutes(10))) struct WakeUpTests {
    @Test func whoIsWokenBeforeItSleepsDoesNotSleep() throws {
        let wakeUp = try WakeUp()
        for _ in 0..<3 {
            for _ in 0..<5 { wakeUp.wake() }
            wakeUp.sleep(watching: nil)
        }
    }

    @Test func whatIsOnTheDescriptorWakesToo() throws {
        var ends: [Int32] = [0, 0]
        let result = pipe(&ends)
        try #require(result == 0)
        defer { for end in ends { close(end) } }
        #expect(write(ends[1], "x", 1) == 1)
        try WakeUp().sleep(watching: ends[0])
    }

    @Test func noWakingIsLostAmongThreads() throws {
        let (there, back) = try (WakeUp(), WakeUp())
        let rounds = 2_000
        // A thread of its own: it sleeps.
        DispatchQueue(label: "there").async {
            for _ in 0..<rounds {
                there.sleep(watching: nil)
                back.wake()
            }
        }
        for _ in 0..<rounds {
            there.wake()
            back.sleep(watching: nil)
        }
    }
}
