import HTTPCore

/// A read of the log whose answer goes on: what is to be written next, and when.
///
/// A value without I/O, under its session's lock. It is `busy` from when it gives something to write until the client has
/// taken that, `idle` while it waits for the log to grow, and no more once it has given a chunk with an end: whoever holds
/// it then lets it go. So one chunk is held for a client however slow it is, and the client reads on in the log when it has
/// taken that. An end that comes while it is busy is told once it is not, and the one after which nothing can come once
/// all of the log is told; events that come late are harmless.
struct LogStream: Sendable {
    /// Why a stream ends, as its last record says.
    enum End: String, Sendable {
        case rotated, draining, limit
        case sessionEnded = "session-ended"
        /// A listener's client can't connect any more.
        case disconnected
        /// Its topic won't be joined any more.
        case notJoined = "not-joined"
        /// The channel answered its push with an error.
        case pushRejected = "push-rejected"
    }

    /// What is to be written, all of it or nothing.
    struct Chunk: Sendable {
        var entries: [LogEntry] = []
        /// Where to go on from behind it.
        let next: Cursor
        var isHeartbeat = false
        var end: End?
    }

    private enum Phase {
        case idle
        case busy(end: End?)
    }

    /// What is written at once: some hundred messages, and little to hold for a client that doesn't take it.
    private static let chunkBytes = 64 * 1024

    let framing: StreamQuery.Framing
    let body: ResponseStream
    /// When it is to end, for clients to come back.
    let expiry: Duration
    /// The next sign of life.
    var deadline: Deadlines.Token?
    let lifeline: Lifeline?
    private let filter: LogFilter
    /// How many entries it still gives; nil for any number.
    private var rest: Int?
    private var position: UInt64
    private var phase = Phase.busy(end: nil)
    /// What is told before anything in the log is.
    private var gap: LogEntry?
    /// How it ends when it has told all there is.
    private var lastWord: End?

    /// A stream that is busy until its beginning has been taken.
    init(_ query: StreamQuery, in log: EventLog, at time: LogTime, expiry: Duration) throws(Problem) {
        (framing, filter, rest, lifeline) = (query.framing, query.filter, query.limit, query.lifeline)
        body = ResponseStream()
        self.expiry = expiry
        switch query.start {
        case .after(let after):
            position = try after.position(in: log)
        case .lastEventID(let cursor):
            if let cursor, let known = try? ReadQuery.After.cursor(cursor).position(in: log) {
                position = known
            } else {
                position = 0
                gap = LogEntry(.gap(.epoch, dropped: nil), cursor: log.cursor(0), at: time)
            }
        }
    }

    /// Whether there may be something to write for it.
    func isDue(in log: EventLog) -> Bool {
        switch phase {
        case .idle: hasMore(log)
        case .busy: false
        }
    }

    /// What it begins with, be it nothing.
    mutating func begin(in log: EventLog) -> Chunk {
        read(log)
    }

    /// The log has grown.
    mutating func logGrew(_ log: EventLog) -> Chunk? {
        guard isDue(in: log) else { return nil }
        let chunk = read(log)
        if !chunk.isEmpty { phase = .busy(end: nil) }
        return chunk.isEmpty ? nil : chunk
    }

    /// The client has taken what was written.
    ///
    /// - Returns: whether `goOn` is to be called: it stays busy until then.
    mutating func drained(_ log: EventLog) -> Bool {
        switch phase {
        case .idle: return false
        case .busy(.some): return true
        case .busy(nil):
            if hasMore(log) { return true }
            phase = .idle
            return false
        }
    }

    /// The next chunk for a client that has taken the last.
    mutating func goOn(_ log: EventLog) -> Chunk? {
        switch phase {
        case .idle:
            return nil
        case .busy(let end?):
            return Chunk(next: log.cursor(position), end: end)
        case .busy(nil):
            phase = .idle
            return logGrew(log)
        }
    }

    /// Nothing may have been written for a while, or it has gone on for long enough.
    mutating func ticked(_ log: EventLog, now: Duration) -> Chunk? {
        if now >= expiry { return end(.rotated, log) }
        switch phase {
        case .idle:
            phase = .busy(end: nil)
            return Chunk(next: log.cursor(position), isHeartbeat: true)
        case .busy:
            // What the client has yet to take is all the sign of life that would reach it.
            return nil
        }
    }

    /// It is to end: at once with what can still be told, or when the client has taken what was written.
    mutating func end(_ reason: End, _ log: EventLog) -> Chunk? {
        switch phase {
        case .idle:
            var chunk = read(log)
            chunk.end = chunk.end ?? reason
            return chunk
        case .busy(let earlier):
            phase = .busy(end: earlier ?? reason)
            return nil
        }
    }

    /// Nothing comes any more behind what the log holds: it is due until all of that is told.
    mutating func finish(_ reason: End) { lastWord = lastWord ?? reason }

    private func hasMore(_ log: EventLog) -> Bool { position < log.last || lastWord != nil }

    private mutating func read(_ log: EventLog) -> Chunk {
        let first = gap.take().map { [$0] } ?? []
        var page = log.read(
            after: position, limit: (rest ?? .max) - first.count, filter: filter, maxBytes: Self.chunkBytes)
        position = page.next
        page.entries = first + page.entries
        rest = rest.map { $0 - page.entries.count }
        // Where both hold, the last word says more: it is why nothing further would come.
        let end = (position < log.last ? nil : lastWord) ?? (rest == 0 ? .limit : nil)
        return Chunk(entries: page.entries, next: log.cursor(position), end: end)
    }
}

extension LogStream.Chunk {
    var isEmpty: Bool { entries.isEmpty && !isHeartbeat && end == nil }
}
