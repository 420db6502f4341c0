import DequeModule
package import PhoenixChannels

/// A session's events in order, bounded; reads never delete, and what was dropped is told.
package struct EventLog: Sendable {
    package struct Limits: Sendable, Hashable {
        /// Entries kept at the most: a busy topic's last minutes.
        package var maxEntries = 10_000
        /// Bytes of the kept entries' JSON, about, at the most; one entry larger than that is still kept until the next.
        package var maxBytes = 8 * 1024 * 1024
        /// Older entries are dropped.
        package var maxAge = Duration.seconds(3600)
        package var overflow = Overflow.dropOldest

        package init() {}
    }

    /// What comes of an entry that the log has no room for.
    package enum Overflow: String, Sendable, CaseIterable {
        /// The oldest are dropped for it.
        case dropOldest = "drop_oldest"
        /// The session ends, rather than lose any.
        case close
    }

    /// Why entries are no longer kept, or were never this log's.
    package enum Loss: String, Sendable {
        case overflow, age
        /// A client has said that it needs them no more.
        case released
        /// The reader went on from a cursor of another log.
        case epoch

        /// Why entries are dropped.
        static let ofEntries: [Loss] = [.overflow, .age, .released]
    }

    /// A stretch of the log as one reader sees it.
    package struct Page: Sendable {
        package var entries: [LogEntry] = []
        /// Behind the last entry that was looked at, also of those that the filter passed over.
        package var next: UInt64
        /// Whether entries follow `next`.
        package var more = false
    }

    package let limits: Limits
    package let epoch: String
    package private(set) var bytes = 0
    private let refs: RefNames
    private var entries = Deque<LogEntry>()
    /// The number of the last entry dropped; 0 while none was.
    private var droppedThrough: UInt64 = 0
    private var loss = Loss.overflow
    private var lossTime = LogTime(wall: 0, steady: 0)
    /// How many entries were dropped, by the reason, since `takeDrops`.
    private var drops = LogDrops()
    /// The number of the last entry that any reader was given; those dropped count.
    private var readThrough: UInt64 = 0

    package init(limits: Limits = Limits(), epoch: String) {
        self.limits = limits
        self.epoch = epoch
        refs = RefNames(epoch: epoch)
    }

    /// The number of the last entry appended; 0 for none.
    package var last: UInt64 { droppedThrough + UInt64(entries.count) }
    package var count: Int { entries.count }

    package func cursor(_ sequence: UInt64) -> Cursor { Cursor(epoch: epoch, sequence: sequence) }

    /// How the session names a push.
    package func name(of ref: Ref) -> String { refs.name(ref) }

    /// The push that a name stands for; nil when it isn't one of this session's.
    package func ref(named name: String) -> Ref? { refs.ref(name) }

    /// The position from which all that is kept can be read.
    package var oldest: Cursor { cursor(droppedThrough) }
    package var latest: Cursor { cursor(last) }

    /// Whether the log holds more than it may, which only one that doesn't drop its oldest entries does.
    package var isOverfull: Bool {
        entries.count > limits.maxEntries || (bytes > limits.maxBytes && entries.count > 1)
    }

    /// Appends an entry and drops what the bounds no longer allow.
    ///
    /// - Returns: the numbers of the replies dropped, whose outcome is no longer known.
    package mutating func append(_ record: LogRecord, at time: LogTime) -> [Ref] {
        let entry = LogEntry(.record(record), cursor: cursor(last + 1), at: time)
        entries.append(entry)
        bytes += entry.size
        var dropped = expire(at: time)
        switch limits.overflow {
        case .dropOldest: while isOverfull { drop(.overflow, at: time, &dropped) }
        case .close: break
        }
        return dropped
    }

    /// Drops all entries up to and with this number; those dropped before stay so.
    package mutating func release(through sequence: UInt64, at time: LogTime) -> [Ref] {
        var dropped: [Ref] = []
        while let first = entries.first, first.sequence <= sequence { drop(.released, at: time, &dropped) }
        return dropped
    }

    /// Says that a reader was given the entries up to this number.
    package mutating func markRead(through sequence: UInt64) {
        readThrough = max(readThrough, sequence)
    }

    /// When the oldest entry came, by the steady clock, that may go first: any, or one that was read.
    package func oldestTime(onlyRead: Bool) -> Int64? {
        guard let first = entries.first, !onlyRead || first.sequence <= readThrough else { return nil }
        return first.time.steady
    }

    /// Drops the oldest entries that came no later than `cutoff`, `bytes` of them and one entry at the most.
    package mutating func shed(_ bytes: Int, cameBy cutoff: Int64, onlyRead: Bool, at time: LogTime) -> [Ref] {
        let target = self.bytes - bytes
        var dropped: [Ref] = []
        while self.bytes > target, let oldest = oldestTime(onlyRead: onlyRead), oldest <= cutoff {
            drop(.overflow, at: time, &dropped)
        }
        return dropped
    }

    /// How many entries were dropped, by the reason, since this was asked last.
    package mutating func takeDrops() -> LogDrops {
        defer { drops = LogDrops() }
        return drops
    }

    /// Gives up all entries: the session has ended.
    package mutating func clear() {
        droppedThrough = last
        entries = []
        bytes = 0
    }

    /// Drops what is older than the log keeps.
    package mutating func expire(at time: LogTime) -> [Ref] {
        var dropped: [Ref] = []
        let oldestKept = time.steady - Int64(limits.maxAge / .milliseconds(1))
        while let first = entries.first, first.time.steady < oldestKept {
            drop(.age, at: time, &dropped)
        }
        return dropped
    }

    private mutating func drop(_ reason: Loss, at time: LogTime, _ dropped: inout [Ref]) {
        guard let first = entries.popFirst() else { return }
        bytes -= first.size
        droppedThrough = first.sequence
        loss = reason
        lossTime = time
        drops[reason] += 1
        if let reply = first.reply { dropped.append(reply.ref) }
    }

    /// The entry with this number, while it is kept.
    package subscript(sequence: UInt64) -> LogEntry? {
        guard sequence > droppedThrough, sequence <= last else { return nil }
        return entries[Int(sequence - droppedThrough - 1)]
    }

    /// What stands for the entries behind `after` that are no longer kept; nil when all of them are.
    func gap(after: UInt64) -> LogEntry? {
        guard after < droppedThrough else { return nil }
        return LogEntry(.gap(loss, dropped: droppedThrough - after), cursor: cursor(droppedThrough), at: lossTime)
    }

    /// Reads on from behind `after`: up to `limit` entries that the filter lets pass, `maxBytes` and one entry at the most.
    ///
    /// What is no longer kept is told whatever the filter is.
    package func read(
        after: UInt64, limit: Int, filter: LogFilter, maxBytes: Int = EventLog.maxPageBytes
    ) -> Page {
        var page = Page(next: after)
        var size = 0
        if limit > 0, let gap = gap(after: after) {
            page.next = gap.sequence
            page.entries.append(gap)
        }
        while page.entries.count < limit, size < maxBytes, let entry = self[page.next + 1] {
            page.next = entry.sequence
            guard filter.passes(entry) else { continue }
            page.entries.append(entry)
            size += entry.size
        }
        page.more = page.next < last
        return page
    }

    /// An answer of this size takes no further entry: what a client holds in memory without ado.
    package static let maxPageBytes = 4 * 1024 * 1024
}
