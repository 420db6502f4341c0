import HTTPCore
import HTTPTypes
import Synchronization
import Testing

/// An admission is seen once, whoever keeps it and whenever it is asked for.
@Suite struct AdmissionPromiseTests {
    private let promise = AdmissionPromise(requestID: "r-1")
    private let refusal = Problem("draining", .serviceUnavailable, title: "It stops", detail: "It stops.")

    private func statuses(_ act: () -> Void) -> [Int] {
        let seen = Seen()
        promise.onOutcome { admission in
            if case .answered(let response) = admission { seen.statuses.withLock { $0.append(response.status.code) } }
        }
        act()
        return seen.statuses.withLock { $0 }
    }

    private final class Seen: Sendable {
        let statuses = Mutex<[Int]>([])
    }

    @Test func theFirstToKeepItWins() {
        let seen = statuses {
            promise.refuse(refusal)
            promise.keep(.answered(.text("late")))
        }
        #expect(seen == [503])
    }

    @Test func oneThatWasKeptBeforeIsSeenAtOnce() {
        promise.keep(.answered(.text("early")))
        #expect(statuses { promise.refuse(refusal) } == [200])
    }
}
