import Dispatch
import Glibc
import Testing

@testable import MicroHTTPD

/// What wakes a worker: a test that sleeps on runs into its time limit.
@Suite(.timeLimit(.minutes(10))) struct WakeUpTests {
    /// Nothing ever happens on it.
    private static let silent: Int32 = -1

    @Test func whoIsWokenBeforeItSleepsDoesNotSleep() throws {
        let wakeUp = try WakeUp()
        for _ in 0..<3 {
            for _ in 0..<5 { wakeUp.wake() }
            wakeUp.sleep(watching: Self.silent, timeout: -1)
        }
    }

    @Test func whatIsOnTheDescriptorWakesToo() throws {
        var ends: [Int32] = [0, 0]
        let result = pipe(&ends)
        try #require(result == 0)
        defer { for end in ends { close(end) } }
        #expect(write(ends[1], "x", 1) == 1)
        try WakeUp().sleep(watching: ends[0], timeout: -1)
    }

    @Test func noWakingIsLostAmongThreads() throws {
        let (there, back) = try (WakeUp(), WakeUp())
        let rounds = 2_000
        DispatchQueue.global().async {
            for _ in 0..<rounds {
                there.sleep(watching: Self.silent, timeout: -1)
                back.wake()
            }
        }
        for _ in 0..<rounds {
            there.wake()
            back.sleep(watching: Self.silent, timeout: -1)
        }
    }
}
