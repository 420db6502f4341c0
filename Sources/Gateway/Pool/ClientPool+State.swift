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
        let take: Take
    }

    struct Host {
        /// Clients there are, in use or idle.
        var count = 0
        /// The longest idle one first.
        var idle: [Idle] = []
        var waiting = Deque<Waiting>()

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
