import DequeModule
import HTTPCore

/// All keys that are remembered: for a while, and within bounds.
///
/// What was begun under a key is remembered for as long as it says: past a bound a new key is refused, and only what did
/// nothing is forgotten early. With access control each principal has a share of the bounds, past which it is refused and
/// others are not.
package struct KeyTable: Sendable {
    typealias Scope = IdempotencyKey.Scope
    typealias State = KeyState<any KeyedOperation>

    /// A place in an order of entries; one whose entry is no more is passed over.
    private struct Place {
        let scope: Scope
        let id: UInt64
    }

    /// What the keys of one principal take.
    private struct Share {
        var count = 0
        var bytes = 0
        /// Those of its that may be forgotten for others of its.
        var spare = Deque<Place>()
    }

    /// How long a key is remembered: longer than any client repeats a request.
    static let lifetime = Duration.seconds(600)
    /// Keys remembered at the most: 160 requests a second over their lifetime, 40 of them one principal's.
    package static let maxKeys = 100_000
    /// Bytes of what is asked for and of outcomes at the most: with 100,000 keys some 650 bytes each.
    package static let maxBytes = 64 * 1024 * 1024
    /// The least time between looks for old keys, so that those of one moment are forgotten in one go.
    static let sweep = Duration.seconds(5)

    /// Places of entries that were not kept, beside as many as there are entries, before they are swept out.
    private static let maxStale = 64

    private var entries: [Scope: KeyEntry] = [:]
    /// The oldest first.
    private var order = Deque<Place>()
    /// Those that may be forgotten for others.
    private var spare = Deque<Place>()
    private var bytes = 0
    /// Of each principal that has any key.
    private var shares: [String: Share] = [:]
    private var lastID: UInt64 = 0
    private let maxKeys: Int
    private let maxBytes: Int
    /// Whether a deadline will look for old keys.
    var isWatched = false

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

    subscript(scope: Scope) -> KeyEntry? { entries[scope] }

    /// Makes an entry for a key that has none.
    ///
    /// - Returns: its id.
    mutating func begin(_ key: IdempotencyKey, _ operation: any KeyedOperation, at now: Duration) throws(Problem)
        -> UInt64
    {
        let entry = KeyEntry(id: nextID(), key: key, since: now, state: State(beginning: operation))
        while isShareFull(with: entry), let place = shares[key.owner]?.spare.popFirst() { forget(place) }
        guard !isShareFull(with: entry) else { throw .tooManyKeys }
        while isFull(with: entry), let place = spare.popFirst() { forget(place) }
        guard !isFull(with: entry) else { throw .tooManyKeys }
        entries[key.scope] = entry
        shares[key.owner, default: Share()].count += 1
        count(entry.size, of: entry)
        order.append(Place(scope: key.scope, id: entry.id))
        if order.count > 2 * entries.count + Self.maxStale { order.removeAll { entries[$0.scope]?.id != $0.id } }
        return entry.id
    }

    /// Changes what is known under a key, and takes out what is forgotten then; nil when the entry is no more.
    ///
    /// `event` is told how many bytes an outcome may have.
    mutating func change<R>(_ scope: Scope, _ id: UInt64, _ event: (inout State, _ room: Int) -> R) -> R? {
        guard var entry = entries[scope], entry.id == id else { return nil }
        let wasSpare = entry.isSpare
        count(-entry.size, of: entry)
        let room = min(maxBytes - bytes, maxBytes / part(of: entry.key.owner) - share(of: entry).bytes)
        let result = event(&entry.state, room - KeyEntry.ownSize)
        count(entry.size, of: entry)
        entries[scope] = entry
        if case .forgotten = entry.state {
            remove(scope)
        } else if entry.isSpare, !wasSpare {
            let place = Place(scope: scope, id: id)
            spare.append(place)
            if spare.count > 2 * entries.count + Self.maxStale { spare.removeAll { entries[$0.scope]?.id != $0.id } }
            let owner = entry.key.owner
            shares[owner]?.spare.append(place)
            if let share = shares[owner], share.spare.count > 2 * share.count + Self.maxStale {
                shares[owner]?.spare = share.spare.filter { entries[$0.scope]?.id == $0.id }
            }
        }
        return result
    }

    /// Forgets what is older than keys are remembered; those in use are passed over.
    mutating func expire(at now: Duration) {
        var used: [Place] = []
        while let first = order.first {
            guard let entry = entries[first.scope], entry.id == first.id else {
                order.removeFirst()
                continue
            }
            guard now - entry.since >= Self.lifetime else { break }
            order.removeFirst()
            if entry.isAtRest { remove(first.scope) } else { used.append(first) }
        }
        order.insert(contentsOf: used, at: 0)
    }

    /// When the oldest is to be forgotten; nil when there is none.
    var nextExpiry: Duration? {
        order.first { entries[$0.scope]?.id == $0.id }.flatMap { entries[$0.scope] }.map { $0.since + Self.lifetime }
    }

    private func isFull(with entry: KeyEntry) -> Bool {
        entries.count >= maxKeys || bytes + entry.size > maxBytes
    }

    private func isShareFull(with entry: KeyEntry) -> Bool {
        let (share, part) = (share(of: entry), part(of: entry.key.owner))
        return share.count >= maxKeys / part || share.bytes + entry.size > maxBytes / part
    }

    /// What the keys of an entry's principal take, without their places.
    private func share(of entry: KeyEntry) -> (count: Int, bytes: Int) {
        guard let share = shares[entry.key.owner] else { return (0, 0) }
        return (share.count, share.bytes)
    }

    /// Without access control all callers are one, which may take all.
    private func part(of owner: String) -> Int { owner == Principal.everyone.name ? 1 : FairShare.part }

    private mutating func count(_ change: Int, of entry: KeyEntry) {
        bytes += change
        shares[entry.key.owner]?.bytes += change
    }

    private mutating func forget(_ place: Place) {
        guard let entry = entries[place.scope], entry.id == place.id else { return }
        remove(place.scope)
    }

    private mutating func remove(_ scope: Scope) {
        guard let entry = entries.removeValue(forKey: scope) else { return }
        count(-entry.size, of: entry)
        shares[entry.key.owner]?.count -= 1
        if shares[entry.key.owner]?.count == 0 { shares[entry.key.owner] = nil }
    }
}
