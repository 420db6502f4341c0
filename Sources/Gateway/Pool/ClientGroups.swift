/// The clients of one host, or of all: how many there are, which are idle, and whose they are.
struct ClientGroups {
    /// All of them, or one principal's.
    private struct Group {
        /// In use or idle.
        var count = 0
        var idle = IdleOrder()
        /// Those idle ones that a repeat may ask for.
        var kept = IdleOrder()

        mutating func add(_ client: ClientPool.Idle) {
            if client.isKept { kept.append(client.id) } else { idle.append(client.id) }
        }

        mutating func remove(_ client: ClientPool.Idle) {
            if client.isKept { kept.remove(client.id) } else { idle.remove(client.id) }
        }
    }

    private var all = Group()
    /// Of each principal that has any.
    private var owners: [String: Group] = [:]

    var count: Int { all.count }

    func count(of owner: String) -> Int { owners[owner]?.count ?? 0 }

    /// One more is the principal's.
    mutating func add(_ owner: String) {
        all.count += 1
        owners[owner, default: Group()].count += 1
    }

    /// One of the principal's is no more, which was not idle.
    mutating func take(from owner: String) {
        all.count -= 1
        owners[owner]?.count -= 1
        if count(of: owner) == 0 { owners[owner] = nil }
    }

    /// One of them is idle from now on.
    mutating func rest(_ client: ClientPool.Idle) {
        all.add(client)
        owners[client.client.owner]?.add(client)
    }

    /// One of them is idle no more.
    mutating func wake(_ client: ClientPool.Idle) {
        all.remove(client)
        owners[client.client.owner]?.remove(client)
    }

    /// The client that has been idle for longest, of all or of one principal's: one that no repeat may ask for, if there
    /// is any.
    func longestIdle(of owner: String? = nil) -> UInt64? {
        guard let group = owner.map({ owners[$0] }) ?? all else { return nil }
        return group.idle.first ?? group.kept.first
    }
}
