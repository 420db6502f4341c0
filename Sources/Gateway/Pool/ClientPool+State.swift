import PhoenixChannels

/// What a pool has under its lock.
extension ClientPool {
    struct Idle {
        /// No other one has it, an earlier one of the same client neither.
        let id: UInt64
        let client: Client
        let expiry: Deadlines.Token
        let keptUntil: Duration
        /// Whether a repeat might have asked for it when it became idle.
        let isKept: Bool
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
        var owner: String { key.owner }
    }

    struct Host {
        var clients = ClientGroups()
        var line = HostLine()
        /// The idle clients of each key that has any.
        private(set) var keys: [PoolKey: IdleOrder] = [:]

        fileprivate mutating func rest(_ idle: Idle) {
            clients.rest(idle)
            keys[idle.client.key, default: IdleOrder()].append(idle.id)
        }

        fileprivate mutating func wake(_ idle: Idle) {
            clients.wake(idle)
            guard let index = keys.index(forKey: idle.client.key) else { return }
            keys.values[index].remove(idle.id)
            if keys.values[index].isEmpty { keys.remove(at: index) }
        }

        /// Who is first in line of those that may have one more, once this principal has one less.
        fileprivate mutating func popNext(after owner: String) -> Waiting? {
            line.popFirst { clients.count(of: $0) - ($0 == owner ? 1 : 0) < $1 }
        }
    }

    struct State {
        var hosts: [String: Host] = [:]
        private(set) var clients = ClientGroups()
        private(set) var idle: [UInt64: Idle] = [:]
        /// Those that calls have, to be ended at a drain.
        private(set) var inUse: [ObjectIdentifier: Used] = [:]
        var isDraining = false
        private var lastID: UInt64 = 0

        mutating func nextID() -> UInt64 {
            lastID += 1
            return lastID
        }

        // MARK: Clients there are

        /// One more is the principal's.
        mutating func add(_ host: String, of owner: String) {
            clients.add(owner)
            hosts[host, default: Host()].clients.add(owner)
        }

        /// One that was not idle is no more.
        mutating func take(_ host: String, from owner: String) {
            guard hosts[host] != nil else { return }
            clients.take(from: owner)
            hosts[host]?.clients.take(from: owner)
            if let entry = hosts[host], entry.clients.count == 0, entry.line.isEmpty { hosts[host] = nil }
        }

        /// Gives one of the principal's, or its room, to who is first in line of those that may have one more.
        mutating func next(_ host: String, after owner: String) -> Waiting? {
            guard let next = hosts[host]?.popNext(after: owner) else { return nil }
            add(host, of: next.owner)
            take(host, from: owner)
            return next
        }

        // MARK: Idle ones

        /// A client is idle from now on.
        mutating func rest(_ idle: Idle) {
            self.idle[idle.id] = idle
            clients.rest(idle)
            hosts[idle.client.key.host]?.rest(idle)
        }

        /// A client is idle no more; nil when it isn't idle.
        mutating func wake(_ id: UInt64) -> Idle? {
            guard let idle = idle.removeValue(forKey: id) else { return nil }
            clients.wake(idle)
            hosts[idle.client.key.host]?.wake(idle)
            return idle
        }

        /// The client of this key that was idle for the shortest time: of several, one whose log has this epoch.
        func shortestIdle(_ key: PoolKey, preferring epoch: String?) -> UInt64? {
            guard let ids = hosts[key.host]?.keys[key] else { return nil }
            let known = epoch.flatMap { epoch in ids.last { idle[$0]?.client.session.epoch == epoch } }
            return known ?? ids.last
        }

        /// This client, if it is idle.
        func find(_ session: Session, _ key: PoolKey) -> UInt64? {
            hosts[key.host]?.keys[key]?.last { idle[$0]?.client.session === session }
        }

        /// Takes an idle client for a call, or to hold it; nil when it isn't idle.
        mutating func use(_ id: UInt64?) -> Idle? {
            guard let id, let idle = wake(id) else { return nil }
            use(idle.client.session, keptUntil: idle.keptUntil)
            return idle
        }

        // MARK: Those in use

        /// A call has a client.
        mutating func use(_ session: Session, keptUntil: Duration = .zero) {
            inUse[ObjectIdentifier(session)] = Used(session: session, keptUntil: keptUntil)
        }

        /// One more uses a client that somebody has; false where nobody does.
        mutating func share(_ session: Session) -> Bool {
            (inUse[ObjectIdentifier(session)]?.users += 1) != nil
        }

        /// One who uses a client does so no more.
        ///
        /// - Returns: until when the client is to be kept for a repeat, once nobody uses it; nil while others do.
        mutating func release(_ session: Session, keptUntil: Duration = .zero) -> Duration? {
            let id = ObjectIdentifier(session)
            guard var used = inUse.removeValue(forKey: id) else { return nil }
            used.keptUntil = max(used.keptUntil, keptUntil)
            used.users -= 1
            if used.users == 0 { return used.keptUntil }
            inUse[id] = used
            return nil
        }
    }
}
