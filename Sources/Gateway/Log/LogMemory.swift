import PhoenixChannels
import Synchronization
package import HTTPCore

/// What the logs of all sessions hold together, and who gives way when that becomes too much.
///
/// A session tells what its log has grown or shrunk by, once each time that its lock is given back. Past `sweepMark` the
/// waiting thread drops the oldest entries that were read, whosesoever they are; when there are none left the oldest of
/// those principals that hold more than their share; and then the oldest of all, until `restMark` is met: each sweep frees
/// an eighth of the bound, so that its walk over the sessions is paid for by what was appended since the last.
package final class LogMemory: Sendable {
    /// Entries of one session that came within so many milliseconds of the oldest of another go with them, so that a sweep
    /// doesn't go from session to session for every entry.
    static let slice: Int64 = 1_000

    /// Bytes that the logs may hold; what comes while a sweep is on its way may go beyond for that moment.
    let limit: Int
    /// What else is counted of all sessions.
    let meter: SessionMeter
    private let used = Atomic<Int>(0)
    private let isSweeping = Atomic<Bool>(false)
    /// The sessions whose logs hold anything.
    private let sessions = Mutex<[SessionID: Session]>([:])

    package init(limit: Int, meter: SessionMeter = SessionMeter()) {
        self.limit = limit
        self.meter = meter
    }

    /// Bytes held now.
    package var bytes: Int { used.load(ordering: .relaxed) }

    private var sweepMark: Int { limit - limit / 8 }
    private var restMark: Int { limit - limit / 4 }

    /// Throws when there is no room for the log of a further session.
    package func requireRoom() throws(Problem) {
        guard bytes <= sweepMark else { throw .logsAreFull }
    }

    /// Counts what a session's log holds now, under that session's lock.
    ///
    /// - Returns: whether the caller is to have `sweep` run, with no lock held.
    func count(_ session: Session, from before: Int, to now: Int) -> Bool {
        guard before != now else { return false }
        let used = used.add(now - before, ordering: .relaxed).newValue
        if before == 0 || now == 0 {
            sessions.withLock { $0[session.id] = now == 0 ? nil : session }
        }
        guard now > before, used > sweepMark else { return false }
        return !isSweeping.exchange(true, ordering: .acquiringAndReleasing)
    }

    /// Makes room, on the waiting thread.
    func sweep() {
        shed(onlyRead: true) { _ in true }
        let greedy = greedyOwners
        shed(onlyRead: false) { greedy.contains($0.owner) }
        shed(onlyRead: false) { _ in true }
        isSweeping.store(false, ordering: .releasing)
    }

    /// The principals that hold more than their share.
    private var greedyOwners: Set<String> {
        guard bytes > restMark else { return [] }
        var held: [String: Int] = [:]
        for session in sessions.withLock({ Array($0.values) }) { held[session.owner, default: 0] += session.logBytes }
        let share = FairShare.of(limit)
        return Set(held.filter { $0.value > share }.keys)
    }

    private func shed(onlyRead: Bool, of isMeant: (Session) -> Bool) {
        guard bytes > restMark else { return }
        var queue: [(time: Int64, session: Session)] = []
        for session in sessions.withLock({ Array($0.values) }) where isMeant(session) {
            if let time = session.oldestLogTime(onlyRead: onlyRead) { queue.append((time, session)) }
        }
        // The oldest last, so that it is taken off in constant time.
        queue.sort { $0.time > $1.time }
        while bytes > restMark, let oldest = queue.popLast() {
            let cutoff = (queue.last?.time ?? oldest.time) + Self.slice
            let next = oldest.session.shedLog(bytes - restMark, cameBy: cutoff, onlyRead: onlyRead)
            guard let next else { continue }
            let place = Self.place(of: next, in: queue)
            queue.insert((next, oldest.session), at: place)
        }
    }

    /// Where a time goes among others that fall.
    private static func place(of time: Int64, in queue: [(time: Int64, session: Session)]) -> Int {
        var (low, high) = (0, queue.count)
        while low < high {
            let middle = (low + high) / 2
            if queue[middle].time > time { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
