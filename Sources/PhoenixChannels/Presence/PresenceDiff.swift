/// The payload of a `presence_diff`, checked: what joined, and what left.
struct PresenceDiff: Sendable {
    var joins: [PresenceEntry]
    var leaves: [PresenceEntry]

    /// Reads a diff; `joins` and `leaves` that aren't there are empty.
    init(_ payload: JSONText) throws(PresenceError) {
        let slice = payload.slice
        guard slice.kind == .object else { throw .notAnObject }
        joins = try slice.member("joins").map(Self.entries) ?? []
        leaves = try slice.member("leaves").map(Self.entries) ?? []
    }

    /// What makes `current` the state that came: all that is in it joins, all that isn't leaves.
    init(state: [PresenceEntry], current: [PresenceEntry]) {
        let refs = Dictionary(state.map { ($0.id, $0.identities) }, uniquingKeysWith: { first, _ in first })
        joins = state
        leaves = current.compactMap { entry in
            var gone = entry
            if let staying = refs[entry.id] { gone.metas.removeAll { staying.contains($0.identity) } }
            return gone.metas.isEmpty ? nil : gone
        }
    }

    /// Reads a state, or one half of a diff: `{key: {"metas": [meta, …]}, …}`.
    static func entries(_ slice: JSONSlice) throws(PresenceError) -> [PresenceEntry] {
        guard slice.kind == .object else { throw .notAnObject }
        var entries: [PresenceEntry] = []
        for member in slice.namedMembers() {
            entries.append(try PresenceEntry(name: member.name, id: member.id, member.value))
        }
        return entries
    }

    /// What it adds at the most.
    var joinedBytes: Int { joins.reduce(0) { $0 + $1.byteCount } }
    /// What it counts towards `PresenceLimits.maxHeldBytes`.
    var byteCount: Int { leaves.reduce(PresenceLimits.overhead + joinedBytes) { $0 + $1.byteCount } }
}

extension PresenceEntry {
    /// What its metas are told apart by.
    var identities: Set<[UInt8]> { Set(metas.lazy.map(\.identity)) }
}
