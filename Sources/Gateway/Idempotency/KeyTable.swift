import DequeModule

/// All keys that are remembered: for a while, and within bounds.
package struct KeyTable: Sendable {
    typealias Scope = IdempotencyKey.Scope

    /// How long a key is remembered: longer than any client repeats a request.
    static let lifetime = Duration.seconds(600)
    /// Keys remembered at the most: 160 requests a second over their lifetime.
    package static let maxKeys = 100_000
    /// Bytes of bodies and outcomes at the most; past it the oldest are forgotten first.
    package static let maxBytes = 64 * 1024 * 1024

    /// Places of entries that were not kept, beside as many as there are entries, before they are swept out.
    private static let maxStale = 64

    private var entries: [Scope: KeyEntry] = [:]
    private var order = Deque<(scope: Scope, id: UInt64)>()
    private var bytes = 0
    private var lastID: UInt64 = 0
    private let maxKeys: Int
    private let maxBytes: Int

    init(maxKeys: Int, maxBytes: Int) {
        self.maxKeys = maxKeys
        self.maxBytes = maxBytes
    }

    var count: Int { entries.count }

    /// A number that no entry and no client has.
    mutating func nextID() -> UInt64 {
        lastID += 1
        return lastID
    }

    /// The entry of a key at `now`; setting one keeps the bounds.
    subscript(scope: Scope) -> KeyEntry? {
        get { entries[scope] }
        set {
            bytes -= entries[scope]?.size ?? 0
            bytes += newValue?.size ?? 0
            if let newValue, entries[scope]?.id != newValue.id { order.append((scope, newValue.id)) }
            entries[scope] = newValue
            if order.count > 2 * entries.count + Self.maxStale { order.removeAll { entries[$0.scope]?.id != $0.id } }
            forget { table, _ in table.entries.count > table.maxKeys || table.bytes > table.maxBytes }
        }
    }

    /// Forgets what is older than keys are remembered.
    mutating func expire(at now: Duration) {
        forget { _, entry in now - entry.since >= Self.lifetime }
    }

    /// Forgets the oldest entries that are at rest, as long as `isDue` says so; those in use are passed over.
    private mutating func forget(while isDue: (KeyTable, KeyEntry) -> Bool) {
        var used: [(scope: Scope, id: UInt64)] = []
        while let first = order.first {
            guard let entry = entries[first.scope], entry.id == first.id else {
                order.removeFirst()
                continue
            }
            guard isDue(self, entry) else { break }
            order.removeFirst()
            if entry.isAtRest {
                bytes -= entry.size
                entries[first.scope] = nil
            } else {
                used.append(first)
            }
        }
        order.insert(contentsOf: used, at: 0)
    }
}
