import HTTPCore

/// What a read asks for.
package struct ReadQuery: Sendable {
    package enum Form: Sendable {
        /// `GET …/messages`: `{messages, next, more}`.
        case messages
        /// `GET …/events`: `{events, next, more}`.
        case events
        /// `POST …/await`: `{message, next}`, or with a `count` `{messages, next, more}`; 504 when it doesn't come.
        case await(count: Int?)
        /// `POST /call` and `/listen`: `{message}`, as `await`; there is no session to go on reading in.
        case call
    }

    /// Where a read begins.
    package enum After: Sendable {
        case start, oldest, latest
        case cursor(Cursor)

        /// The entry's number behind which to read.
        func position(in log: EventLog) throws(Problem) -> UInt64 {
            switch self {
            case .start: return 0
            case .oldest: return log.oldest.sequence
            case .latest: return log.last
            case .cursor(let cursor):
                guard cursor.epoch == log.epoch, cursor.sequence <= log.last else {
                    throw .cursorExpired(oldest: log.oldest, latest: log.latest)
                }
                return cursor.sequence
            }
        }
    }

    package let form: Form
    package let filter: LogFilter
    /// Entries an answer may have, and for `await` how many it must.
    package let limit: Int
    package let after: After
    /// What a call stands or falls with; nil for a read that waits for whatever becomes of its session.
    let lifeline: Lifeline?
}

/// A read on its way through the log.
package struct Reader: Sendable {
    /// Reads that wait on one session at the most.
    static let maxWaiting = 1_024

    private let query: ReadQuery
    private let epoch: String
    /// Behind the last entry looked at.
    private(set) var position: UInt64
    /// What `await` with a count has found so far.
    private var found: [LogEntry] = []
    private var foundBytes = 0
    /// What an `await` that doesn't look for gaps has come too late for.
    private var gap: LogEntry?

    init(_ query: ReadQuery, position: UInt64, in log: EventLog) {
        self.query = query
        self.position = position
        epoch = log.epoch
    }

    var lifeline: Lifeline? { query.lifeline }

    /// What there is so far.
    var page: EventLog.Page { EventLog.Page(entries: found, next: position) }

    /// Reads on in the log; the page to answer with, or nil while there is too little to answer.
    ///
    /// An answer's bound of bytes ends an `await` early, with fewer than it wants.
    mutating func advance(in log: EventLog) -> EventLog.Page? {
        passGap(in: log)
        var page = log.read(after: position, limit: query.limit - found.count, filter: query.filter)
        position = page.next
        found += page.entries
        foundBytes += page.entries.reduce(0) { $0 + $1.size }
        page.entries = found
        switch query.form {
        case .messages, .events: return found.isEmpty ? nil : page
        case .await, .call: return found.count < query.limit && foundBytes < EventLog.maxPageBytes ? nil : page
        }
    }

    /// An `await` is told of what is no longer kept beside what it looks for, unless it looks for that.
    private mutating func passGap(in log: EventLog) {
        switch query.form {
        case .messages, .events: break
        case .await, .call:
            guard let gap = log.gap(after: position), !query.filter.passes(gap) else { return }
            self.gap = gap.joining(self.gap)
            position = gap.sequence
        }
    }

    /// The answer when the log has enough.
    func response(_ page: EventLog.Page) -> Response {
        var response = Response.json(body(page))
        switch query.form {
        case .messages, .events: break
        case .await: response.mayBeRefused = true
        // There is no session to ask again.
        case .call: response.mayBeRefused = false
        }
        return response
    }

    /// The wait is over, or there was none.
    func answerTimeout(to promise: ResponsePromise) {
        switch query.form {
        case .messages, .events: promise.fulfill(response(page))
        case .await, .call: promise.fail(timeout)
        }
    }

    /// The gateway stops: a read gets what there is, and `await` a place to go on from.
    func answerDrain(to promise: ResponsePromise) {
        switch query.form {
        case .messages, .events: promise.fulfill(response(page))
        case .await, .call: promise.fail(goingOn(.draining))
        }
    }

    /// What a read without a wait is answered that finds too little.
    func emptyResponse() throws(Problem) -> Response {
        switch query.form {
        case .messages, .events: return response(page)
        case .await, .call: throw timeout
        }
    }

    private var timeout: Problem { goingOn(.awaitTimeout) }

    /// The problem with where to go on from, and what was found and lost ahead of that.
    private func goingOn(_ problem: Problem) -> Problem {
        var problem = problem.with("next", next)
        if let gap { problem = problem.with("gap", json: gap.text) }
        guard case .await(.some) = query.form else { return problem }
        return problem.with("messages", json: JSONObjectWriter.array(found.map(\.text)))
    }

    private var next: String { Cursor(epoch: epoch, sequence: position).description }

    private func body(_ page: EventLog.Page) -> [UInt8] {
        var writer = JSONObjectWriter(reserving: foundBytes + 128)
        switch query.form {
        case .messages: writer.add("messages", entries: page.entries)
        case .events: writer.add("events", entries: page.entries)
        case .await(nil), .call: writer.add("message", json: page.entries.first?.text ?? Array("null".utf8))
        case .await(.some): writer.add("messages", entries: page.entries)
        }
        switch query.form {
        case .messages, .events, .await: writer.add("next", Cursor(epoch: epoch, sequence: page.next).description)
        case .call: break
        }
        if let gap { writer.add("gap", json: gap.text) }
        switch query.form {
        case .messages, .events: writer.add("more", page.more)
        // One that its bound of bytes ended has fewer than were asked for: they are still to come.
        case .await(.some): writer.add("more", page.more || page.entries.count < query.limit)
        case .await(nil), .call: break
        }
        return writer.finish()
    }
}
