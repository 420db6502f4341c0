import DequeModule
import PhoenixChannels

/// What a pool has under its lock.
extension ClientPool {
    struct Idle {
        /// No other one has it, an earlier one of the same client neither.
        let id: UInt64
        let client: Client
        let expiry: Deadlines.Token
        let keptUntil: Duration
    }

    struct Used {
        let session: Session
        /// When no repeat will ask any more for what a call on it has come to.
        var keptUntil = Duration.zero
        /// The call that has it, and those that hold it.
        var users = 1
    }

    /// A call in line, which is given a client of its key or room to make one.
    struct Waiting {
        let id: UInt64
        let key: PoolKey
        let deadline: Deadlines.Token
        /// Clients of the host's that its principal may have.
        let share: Int
        let take: Take

        /// The principal whose it is.
        var owner: String { key.connection.principal }
    }

    struct Host {
        /// Clients there are, in use or idle.
        private(set) var count = 0
        /// Of each principal that has any.
        private var counts: [String: Int] = [:]
        /// The longest idle one first.
        var idle: [Idle] = []
        var waiting = Deque<Waiting>()

        func count(of owner: String) -> Int { counts[owner, default: 0] }

        /// One more is the principal's.
        mutating func add(_ owner: String) {
            count += 1
            counts[owner, default: 0] += 1
        }

        /// One of the principal's is no more.
        mutating func take(from owner: String) {
            count -= 1
            let left = count(of: owner) - 1
            counts[owner] = left == 0 ? nil : left
        }

        /// Gives one of the principal's, or its room, to who is first in line of those that may have one more.
        mutating func next(after owner: String) -> Waiting? {
            take(from: owner)
            guard let index = waiting.firstIndex(where: { count(of: $0.owner) < $0.share }) else {
                add(owner)
                return nil
            }
            let next = waiting.remove(at: index)
            add(next.owner)
            return next
        }

        /// Where the client of this key is that was idle for the shortest time: of several, one whose log has this epoch.
        func index(of key: PoolKey, preferring epoch: String?) -> Int? {
            let known = epoch.flatMap { epoch in
                idle.lastIndex { $0.client.session.epoch == epoch && $0.client.key == key }
            }
            return known ?? idle.lastIndex { $0.client.key == key }
        }

        func longestIdle(at now: Duration, where passes: (Client) -> Bool = { _ in true }) -> Idle? {
            idle.first { $0.keptUntil <= now && passes($0.client) } ?? idle.first { passes($0.client) }
        }
    }

    struct State {
        var hosts: [String: Host] = [:]
        /// Clients there are, of all hosts.
        var count = 0
        /// Those that calls have, to be ended at a drain.
        var inUse: [SessionID: Used] = [:]
        var isDraining = false
        private var lastID: UInt64 = 0

        mutating func nextID() -> UInt64 {
            lastID += 1
            return lastID
        }

        /// Takes an idle client of this key for a call: of several that whose log has this epoch.
        mutating func use(_ key: PoolKey, _ host: String, preferring epoch: String?) -> Idle? {
            guard let index = hosts[host]?.index(of: key, preferring: epoch),
                let idle = hosts[host]?.idle.remove(at: index)
            else { return nil }
            inUse[idle.client.session.id] = Used(session: idle.client.session, keptUntil: idle.keptUntil)
            return idle
        }

        /// The client that has been idle for longest, of those that pass: one that no repeat may ask for, if there is any.
        func longestIdle(at now: Duration, where passes: (Client) -> Bool) -> Idle? {
            let all = hosts.values.compactMap { $0.longestIdle(at: now, where: passes) }
            return (all.filter { $0.keptUntil <= now }.min { $0.id < $1.id }) ?? all.min { $0.id < $1.id }
        }

        /// One who uses a client does so no more; false where others do.
        mutating func isFreed(_ session: Session) -> Bool {
            guard let used = inUse[session.id], used.users > 1 else { return true }
            inUse[session.id]?.users -= 1
            return false
        }
    }
}
