import DequeModule
import PhoenixChannels

/// A session's pushes: those whose reply has not come, those answered and where the log has it, those lost.
struct ReplyTable {
    /// What is known of a push.
    enum Outcome {
        case pending(cursor: Cursor)
        /// The number of its entry in the log, and the log's position before the push.
        case answered(sequence: UInt64, cursor: Cursor)
        case lost(ReplyLoss, cursor: Cursor)
    }

    /// Pushes that requests wait for, at the most; past it further ones are refused.
    static let maxAwaited = 1_024
    /// Pushes without a reply that nobody waits for, at the most: the oldest are forgotten, since many events are never
    /// replied to, and with what the connection knows of it each takes about 150 bytes.
    ///
    /// A forgotten push's reply is logged all the same; only until then is there none to ask for.
    static let maxUnawaited = 16_384
    /// Pushes no longer pending that may stand in the order before they are taken out of it.
    private static let maxPassedOver = 1_024
    /// Lost replies that are remembered.
    static let maxLost = 1_024

    private struct Pending {
        /// The log's position before the push.
        let cursor: Cursor
        /// When it was made; nil for one that was forgotten.
        let time: Duration?
        var waiters: [ReplyWaiter] = []
    }

    private let meter: SessionMeter
    private var pending: [Ref: Pending] = [:]
    /// Pushes in the order they were made; those no longer pending are passed over.
    private var order = Deque<Ref>()
    private var answered: [Ref: (sequence: UInt64, cursor: Cursor)] = [:]
    private var lost: [Ref: (loss: ReplyLoss, cursor: Cursor)] = [:]
    private var lostOrder = Deque<Ref>()
    /// How many requests wait for a reply.
    private(set) var waiting = 0
    /// How many pushes have at least one request waiting for them.
    private var awaited = 0
    /// Pushes that wait for their topics to be joined, by topic.
    private var queued: [String: [QueuedPush]] = [:]
    private var queuedCount = 0

    /// The last of the pushes that were forgotten without a reply.
    private var forgottenThrough: Ref?
    /// The last of the pushes whose reply came, and was dropped from the log.
    private var droppedThrough: Ref?

    init(_ meter: SessionMeter = SessionMeter()) {
        self.meter = meter
    }

    /// The same, with nothing in it.
    var emptied: ReplyTable { ReplyTable(meter) }

    /// Whether what isn't known of this push is that it was forgotten, and has no reply yet.
    ///
    /// Of one that is no later than one whose reply was dropped it isn't known which of the two it was: no is right then,
    /// as whatever came or comes isn't kept.
    func mayHaveForgotten(_ ref: Ref) -> Bool {
        guard let forgottenThrough, ref <= forgottenThrough else { return false }
        return droppedThrough.map { ref > $0 } ?? true
    }

    /// Pushes whose order is kept, some of which may be pending no more.
    var orderedCount: Int { order.count }

    /// Whether one more push may be awaited.
    var hasRoom: Bool { waiting + queuedCount < Self.maxAwaited }

    /// Whether any request waits: for a reply, or to push.
    var isAwaited: Bool { waiting > 0 || queuedCount > 0 }

    subscript(ref: Ref) -> Outcome? {
        if let entry = pending[ref] { return .pending(cursor: entry.cursor) }
        if let (sequence, cursor) = answered[ref] { return .answered(sequence: sequence, cursor: cursor) }
        return lost[ref].map { .lost($0.loss, cursor: $0.cursor) }
    }

    func cursor(of ref: Ref) -> Cursor? { pending[ref]?.cursor }

    /// Adds a push just made.
    ///
    /// - Returns: the refs that are forgotten for it.
    mutating func add(_ ref: Ref, cursor: Cursor) -> [Ref] { add(ref, Pending(cursor: cursor, time: meter.pushed())) }

    /// Keeps a push again that was forgotten: it was counted when it was made, and when that was isn't known any more.
    ///
    /// - Returns: the refs that are forgotten for it.
    mutating func keep(_ ref: Ref, cursor: Cursor) -> [Ref] { add(ref, Pending(cursor: cursor, time: nil)) }

    private mutating func add(_ ref: Ref, _ push: Pending) -> [Ref] {
        pending[ref] = push
        order.append(ref)
        // One that is never answered keeps its place at the head: what was answered behind it must not pile up.
        if order.count > 2 * pending.count + Self.maxPassedOver { order.removeAll { pending[$0] == nil } }
        var forgotten: [Ref] = []
        var examined = 0
        while pending.count - awaited > Self.maxUnawaited + 1, examined < order.count, let oldest = order.popFirst() {
            guard let entry = pending[oldest] else { continue }
            if entry.waiters.isEmpty {
                pending[oldest] = nil
                forgotten.append(oldest)
                forgottenThrough = max(forgottenThrough ?? oldest, oldest)
            } else {
                order.append(oldest)
                examined += 1
            }
        }
        while let first = order.first, pending[first] == nil { order.removeFirst() }
        return forgotten
    }

    mutating func wait(_ waiter: ReplyWaiter, for ref: Ref) {
        guard var entry = pending[ref] else { return }
        if entry.waiters.isEmpty { awaited += 1 }
        entry.waiters.append(waiter)
        pending[ref] = entry
        waiting += 1
    }

    /// Has a push wait for its topic to be joined.
    mutating func queue(_ push: QueuedPush) {
        queued[push.push.topic, default: []].append(push)
        queuedCount += 1
    }

    /// Takes back all pushes that wait for a topic, the oldest first.
    mutating func takeQueued(on topic: String) -> [QueuedPush] {
        let pushes = queued.removeValue(forKey: topic) ?? []
        queuedCount -= pushes.count
        return pushes
    }

    /// Takes back one of them.
    mutating func takeQueued(_ id: UInt64, on topic: String) -> Waiter? {
        guard let index = queued[topic]?.firstIndex(where: { $0.waiter.id == id }) else { return nil }
        queuedCount -= 1
        return queued[topic]?.remove(at: index).waiter
    }

    /// The push that a waiter waits for the reply of: looked for, as only one that was queued doesn't know.
    func ref(awaitedBy id: UInt64) -> Ref? {
        pending.first { $0.value.waiters.contains { $0.waiter.id == id } }?.key
    }

    /// Takes one waiter back; the push stays pending.
    mutating func take(_ id: UInt64, of ref: Ref) -> ReplyWaiter? {
        guard let index = pending[ref]?.waiters.firstIndex(where: { $0.waiter.id == id }) else { return nil }
        let waiter = pending[ref]?.waiters.remove(at: index)
        waiting -= 1
        if pending[ref]?.waiters.isEmpty == true { awaited -= 1 }
        return waiter
    }

    /// Takes all waiters back; the pushes stay pending.
    mutating func takeAll() -> [(ref: Ref, waiter: ReplyWaiter)] {
        var taken: [(ref: Ref, waiter: ReplyWaiter)] = []
        for ref in pending.keys {
            taken += (pending[ref]?.waiters ?? []).map { (ref, $0) }
            pending[ref]?.waiters = []
        }
        waiting = 0
        awaited = 0
        return taken
    }

    /// The reply has come and is in the log at `sequence`; `start` stands for the position before a push that was forgotten.
    mutating func answer(
        _ ref: Ref, sequence: UInt64, status: String = "ok", orSince start: Cursor
    ) -> (cursor: Cursor, waiters: [ReplyWaiter]) {
        let entry = remove(ref) ?? Pending(cursor: start, time: nil)
        if let time = entry.time { meter.replied(status, toPushAt: time) }
        // The first of several counts.
        if answered[ref] == nil { answered[ref] = (sequence, entry.cursor) }
        return (entry.cursor, entry.waiters)
    }

    /// The reply will not come.
    mutating func lose(_ ref: Ref, _ loss: ReplyLoss) -> (cursor: Cursor, waiters: [ReplyWaiter])? {
        guard let entry = remove(ref) else { return nil }
        lost[ref] = (loss, entry.cursor)
        lostOrder.append(ref)
        if lostOrder.count > Self.maxLost, let oldest = lostOrder.popFirst() { lost[oldest] = nil }
        return (entry.cursor, entry.waiters)
    }

    /// The log has dropped these replies.
    mutating func forget(_ refs: [Ref]) {
        for ref in refs {
            answered[ref] = nil
            droppedThrough = max(droppedThrough ?? ref, ref)
        }
    }

    private mutating func remove(_ ref: Ref) -> Pending? {
        guard let entry = pending.removeValue(forKey: ref) else { return nil }
        waiting -= entry.waiters.count
        if !entry.waiters.isEmpty { awaited -= 1 }
        if order.first == ref { order.removeFirst() }
        return entry
    }
}
