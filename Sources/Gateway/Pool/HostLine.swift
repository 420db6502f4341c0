import DequeModule

/// The calls that stand in line for a host's clients: a line for each principal.
///
/// Whoever may have no more for now is passed by with a look at the first of its line, however long that is.
struct HostLine {
    private var lines: [String: Deque<ClientPool.Waiting>] = [:]
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }
    var all: [ClientPool.Waiting] { lines.values.flatMap { $0 } }

    func count(of owner: String) -> Int { lines[owner]?.count ?? 0 }

    /// Adds a call, whose id is above all others.
    mutating func append(_ call: ClientPool.Waiting) {
        lines[call.owner, default: []].append(call)
        count += 1
    }

    /// Takes out who came first of those that are the first of their principal's and pass.
    mutating func popFirst(where passes: (ClientPool.Waiting) -> Bool) -> ClientPool.Waiting? {
        guard !isEmpty else { return nil }
        var first: ClientPool.Waiting?
        for line in lines.values {
            guard let call = line.first, call.id < first?.id ?? .max, passes(call) else { continue }
            first = call
        }
        return first.flatMap { remove($0.id, of: $0.owner) }
    }

    /// Takes a call of the principal's out; nil when it isn't in line.
    mutating func remove(_ id: UInt64, of owner: String) -> ClientPool.Waiting? {
        guard let place = lines.index(forKey: owner),
            let index = lines.values[place].firstIndex(where: { $0.id == id })
        else { return nil }
        count -= 1
        let call = lines.values[place].remove(at: index)
        if lines.values[place].isEmpty { lines.remove(at: place) }
        return call
    }

    mutating func removeAll() { self = HostLine() }
}
