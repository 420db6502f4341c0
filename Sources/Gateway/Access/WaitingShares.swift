import HTTPCore
import Synchronization

/// How many requests of each principal wait, streams among them: past its share one more is told that there is no room.
///
/// Where no access control is, all callers are one principal, and nothing is counted.
final class WaitingShares: Sendable {
    /// What there is for all; until that is said, there is no end of it.
    private let all = Atomic<Int>(.max)
    /// Of each principal that has any.
    private let counts = Mutex<[String: Int]>([:])

    /// Says how many requests may wait in all.
    func share(_ all: Int) { self.all.store(all, ordering: .relaxed) }

    /// The room that a request of this principal's finds, who would find `room` but for its share.
    func room(for principal: Principal, in room: Occupancy) -> Occupancy {
        let quota = principal.quotas.maxWaiters ?? FairShare.of(all.load(ordering: .relaxed))
        guard !principal.isEveryone, quota > 0 else { return room }
        return counts.withLock { $0[principal.name, default: 0] } < quota ? room : .full
    }

    /// Counts an answer for as long as it is waited for, or written over time.
    func count(_ answer: Answer, to principal: Principal) -> Answer {
        guard !principal.isEveryone else { return answer }
        switch answer {
        case .now(let response):
            guard let stream = response.stream else { return answer }
            change(principal, by: 1)
            stream.onEnd { _ in self.change(principal, by: -1) }
        case .later(let promise):
            change(principal, by: 1)
            promise.onEnd { outcome in
                guard case .fulfilled(let response) = outcome, let stream = response.stream else {
                    return self.change(principal, by: -1)
                }
                stream.onEnd { _ in self.change(principal, by: -1) }
            }
        }
        return answer
    }

    private func change(_ principal: Principal, by number: Int) {
        counts.withLock { counts in
            let count = counts[principal.name, default: 0] + number
            counts[principal.name] = count == 0 ? nil : count
        }
    }
}
