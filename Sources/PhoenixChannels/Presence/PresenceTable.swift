/// The keys of a presence with their metas: found by key, kept in the order in which they came.
struct PresenceTable: Sendable {
    private struct Slot: Equatable {
        /// Rises with each key that comes.
        let place: UInt64
        var entry: PresenceEntry
    }

    private var slots: [[UInt8]: Slot] = [:]
    private var lastPlace: UInt64 = 0
    /// The slots touched since the last `takeHasChanged`, as they were before; nil where there was none.
    private var touched: [[UInt8]: Slot?] = [:]
    /// What all entries count.
    private(set) var byteCount = 0

    var entries: [PresenceEntry] { slots.values.sorted { $0.place < $1.place }.map(\.entry) }

    var count: Int { slots.count }

    subscript(id: [UInt8]) -> PresenceEntry? { slots[id]?.entry }

    /// Applies joins, and then leaves.
    mutating func apply(_ diff: PresenceDiff, _ changes: inout [PresenceChange]) {
        for entry in diff.joins { join(entry, &changes) }
        for entry in diff.leaves { leave(entry, &changes) }
    }

    /// Whether anything is different from what it was at the last call; what came and went again is not.
    mutating func takeHasChanged() -> Bool {
        defer { touched = [:] }
        return touched.contains { id, before in slots[id] != before }
    }

    private mutating func join(_ joining: PresenceEntry, _ changes: inout [PresenceChange]) {
        let before = slots[joining.id]?.entry.metas ?? []
        let known = Set(before.lazy.map(\.identity))
        let identities = joining.identities
        var entry = joining
        entry.metas = before.filter { !identities.contains($0.identity) } + joining.metas
        guard !entry.metas.isEmpty else { return }
        put(entry)
        let new = joining.metas.filter { !known.contains($0.identity) }
        if !new.isEmpty { changes.append(.joined(key: entry.key, metas: new, before: before)) }
    }

    private mutating func leave(_ leaving: PresenceEntry, _ changes: inout [PresenceChange]) {
        guard var entry = slots[leaving.id]?.entry else { return }
        let identities = leaving.identities
        let gone = entry.metas.filter { identities.contains($0.identity) }
        guard !gone.isEmpty else { return }
        entry.metas.removeAll { identities.contains($0.identity) }
        put(entry)
        changes.append(.left(key: entry.key, metas: gone, remaining: entry.metas))
    }

    /// Keeps the entry in its key's place; without metas, the key goes.
    private mutating func put(_ entry: PresenceEntry) {
        let before = slots[entry.id]
        if touched[entry.id] == nil { touched.updateValue(before, forKey: entry.id) }
        byteCount -= before?.entry.byteCount ?? 0
        guard !entry.metas.isEmpty else {
            slots[entry.id] = nil
            return
        }
        if before == nil { lastPlace += 1 }
        slots[entry.id] = Slot(place: before?.place ?? lastPlace, entry: entry)
        byteCount += entry.byteCount
    }
}
