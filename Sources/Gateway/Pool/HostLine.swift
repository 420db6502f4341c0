import DequeModule

/// The calls that stand in line for a host's clients: a line for each principal.
///
/// Whoever may have no more for now is passed by with a look at the first of its line, however long that is.
struct HostLine {
    private struct Line {
        /// What the principal may have, by the last of its calls that lined up: a reload may change it.
        var share = 0
        var calls: Deque<ClientPool.Waiting> = []
    }

    private var lines: [String: Line] = [:]
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }
    var all: [ClientPool.Waiting] { lines.values.flatMap(\.calls) }

    func count(of owner: String) -> Int { lines[owner]?.calls.count ?? 0 }

    /// Adds a call, whose id is above all others.
    mutating func append(_ call: ClientPool.Waiting) {
        lines[call.owner, default: Line()].calls.append(call)
        lines[call.owner]?.share = call.share
        count += 1
    }

    /// Takes out who came first of those that are the first of their principal's, which passes with its share.
    mutating func popFirst(where passes: (_ owner: String, _ share: Int) -> Bool) -> ClientPool.Waiting? {
        guard !isEmpty else { return nil }
        var first: ClientPool.Waiting?
        for (owner, line) in lines {
            guard let call = line.calls.first, call.id < first?.id ?? .max, passes(owner, line.share) else { continue }
            first = call
        }
        return first.flatMap { remove($0.id, of: $0.owner) }
    }

    /// Takes a call of the principal's out; nil when it isn't in line.
    mutating func remove(_ id: UInt64, of owner: String) -> ClientPool.Waiting? {
        guard let place = lines.index(forKey: owner),
            let index = lines.values[place].calls.firstIndex(where: { $0.id == id })
        else { return nil }
        count -= 1
        let call = lines.values[place].calls.remove(at: index)
        if lines.values[place].calls.isEmpty { lines.remove(at: place) }
        return call
    }

    mutating func removeAll() { self = HostLine() }
}
