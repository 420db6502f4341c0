/// Who is in a topic: the server's state and its diffs merged, as phoenix.js's `Presence` does it.
///
/// A value without I/O. Tell it of each join of the topic with `joined()`, and give it each `presence_state` and
/// `presence_diff`; it says what changed. Diffs that come ahead of the state of the current join, as a real server sends
/// them, are held back until that state is there (transcript `presence`). Over a lost connection the last known state
/// stays; the next state tells who came and went meanwhile.
///
/// It differs from phoenix.js (`assets/js/phoenix/presence.js`) where that would mislead:
/// - a join is told for metas that were not there, and a leave for metas that were, so that each meta is told once;
/// - a new state wins over what was known, also in what stands beside the metas and in metas of the same `phx_ref`;
/// - a key without metas is not kept, whichever way it came;
/// - keys are any strings, `__proto__` among them, in the order in which they came; diffs held for an earlier join are
///   forgotten.
public struct Presence: Sendable {
    /// The event of a state.
    public static let stateEvent = "presence_state"
    /// The event of a diff.
    public static let diffEvent = "presence_diff"

    /// How much is kept; less than there is drops nothing of that.
    package var limits: PresenceLimits
    private var table = PresenceTable()
    private var held: [PresenceDiff] = []
    private var heldBytes = 0

    /// Whether the state of the current join has come; until then what is shown is an earlier join's.
    public private(set) var isSynced = false
    /// Whether all that came in this join was taken; see `PresenceLimits`.
    public private(set) var isComplete = true
    /// 0 until the first state came, and then one more with each payload that changed `json`.
    public private(set) var version: UInt64 = 0

    /// A presence of which nothing is known yet.
    ///
    /// - Parameter limits: how much is kept.
    public init(limits: PresenceLimits = PresenceLimits()) {
        self.limits = limits
    }

    /// All keys, in the order in which they came.
    public var entries: [PresenceEntry] { table.entries }

    /// How many keys there are.
    public var count: Int { table.count }

    /// What all that is kept or held back counts towards the limits.
    package var byteCount: Int { table.byteCount + heldBytes }

    /// Whether nobody is there, as far as is known.
    public var isEmpty: Bool { table.count == 0 }

    /// What is known of a key, compared byte by byte.
    public subscript(key: String) -> PresenceEntry? { table[Array(key.utf8)] }

    /// The whole state as a server would send it: `{key: {"metas": [meta, …]}, …}`.
    public var json: JSONText {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(table.byteCount + 2)
        append(to: &bytes)
        return JSONText(unchecked: bytes)
    }

    /// The topic has been joined anew: diffs are held back until the state of this join comes.
    public mutating func joined() {
        isSynced = false
        isComplete = true
        (held, heldBytes) = ([], 0)
    }

    /// Takes a message of the topic.
    ///
    /// - Parameters:
    ///   - event: the message's event.
    ///   - payload: the message's payload.
    /// - Returns: what changed; nil unless the event is `presence_state` or `presence_diff`.
    /// - Throws: `PresenceError` for a payload that is no presence's; nothing has changed then.
    public mutating func received(_ event: String, _ payload: Payload) throws(PresenceError) -> [PresenceChange]? {
        guard event == Self.stateEvent || event == Self.diffEvent else { return nil }
        guard case .json(let text) = payload else { throw .binary }
        return try event == Self.stateEvent ? receivedState(text) : receivedDiff(text)
    }

    /// Takes the whole state, as it is pushed after a join, and then the diffs that were held back.
    ///
    /// - Parameter payload: `{key: {"metas": [meta, …]}, …}`.
    /// - Returns: what changed since the state before.
    /// - Throws: `PresenceError` for another payload; nothing has changed then.
    public mutating func receivedState(_ payload: JSONText) throws(PresenceError) -> [PresenceChange] {
        let state = try PresenceDiff.entries(payload.slice)
        guard state.reduce(0, { $0 + $1.byteCount }) <= limits.maxBytes else { return becomeIncomplete() }
        var changes: [PresenceChange] = []
        table.apply(PresenceDiff(state: state, current: entries), &changes)
        isSynced = true
        let diffs = held
        (held, heldBytes) = ([], 0)
        for diff in diffs { applyWithinLimits(diff, &changes) }
        if table.takeHasChanged() || version == 0 { version += 1 }
        return changes + [.synced]
    }

    /// Takes a diff, or holds it back when the current join's state has not come.
    ///
    /// - Parameter payload: `{"joins": {…}, "leaves": {…}}`, each shaped as a state.
    /// - Returns: what changed; nothing while it is held back.
    /// - Throws: `PresenceError` for another payload; nothing has changed then.
    public mutating func receivedDiff(_ payload: JSONText) throws(PresenceError) -> [PresenceChange] {
        let diff = try PresenceDiff(payload)
        guard isSynced else { return hold(diff) }
        var changes: [PresenceChange] = []
        applyWithinLimits(diff, &changes)
        if table.takeHasChanged() { version += 1 }
        return changes + [.synced]
    }

    /// Appends what `json` is.
    package func append(to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "{"))
        for (index, entry) in entries.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes += entry.name
            bytes.append(UInt8(ascii: ":"))
            entry.append(to: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    private mutating func hold(_ diff: PresenceDiff) -> [PresenceChange] {
        held.append(diff)
        heldBytes += diff.byteCount
        guard heldBytes > limits.maxHeldBytes else { return [] }
        var dropped = 0
        while heldBytes > limits.maxHeldBytes / 2, dropped < held.count {
            heldBytes -= held[dropped].byteCount
            dropped += 1
        }
        held.removeFirst(dropped)
        return becomeIncomplete()
    }

    private mutating func becomeIncomplete() -> [PresenceChange] {
        defer { isComplete = false }
        return isComplete ? [.incomplete] : []
    }

    private mutating func applyWithinLimits(_ diff: PresenceDiff, _ changes: inout [PresenceChange]) {
        var diff = diff
        if table.byteCount + diff.joinedBytes > limits.maxBytes {
            changes += becomeIncomplete()
            diff.joins = []
        }
        table.apply(diff, &changes)
    }
}

extension Presence: Equatable {
    /// Whether both know the same of the same keys, in whatever order the keys came.
    public static func == (left: Presence, right: Presence) -> Bool {
        left.count == right.count && left.entries.allSatisfy { $0 == right.table[$0.id] }
    }
}
