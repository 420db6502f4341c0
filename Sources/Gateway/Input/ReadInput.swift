import HTTPCore
import HTTPTypes
import PhoenixChannels

/// What reads ask for, out of their query or body.
enum ReadInput {
    static let limits = 1...1_000
    static let standardLimit = 100
    /// Between newlines ahead of an answer: fewer are no use to a proxy, and no wait is longer than a minute.
    private static let heartbeats = Duration.seconds(1)...Duration.seconds(60)
    /// Bytes of a pattern in a query, and in a body.
    static let maxQueryPattern = 4 * 1024
    static let maxBodyPattern = 16 * 1024
    /// What a pattern can't be sent to a server for may be in it; how deep it is, is told by where it is too deep.
    private static let patternLimits = JSONLimits(
        maxDepth: maxBodyPattern, refusesLoneSurrogates: false, refusesHugeNumbers: false)

    static func after(
        _ text: String?, _ place: RequestPlace = .parameter("after")
    ) throws(Problem) -> ReadQuery.After {
        switch text {
        case nil: return .start
        case "oldest": return .oldest
        case "latest": return .latest
        case .some(let text):
            guard let cursor = Cursor(text) else {
                throw notACursor("'after'", text, "a 'cursor' or 'next' of an answer, 'oldest', or 'latest'", place)
            }
            return .cursor(cursor)
        }
    }

    /// A push's ref has nearly the form of a cursor, and counts something else.
    private static func notACursor(_ name: String, _ text: String, _ wanted: String, _ place: RequestPlace) -> Problem {
        let what = RefNames.isName(text) ? "is a push's ref, and no cursor" : "is not a cursor"
        return .invalidRequest("\(name) \(what): pass \(wanted).", place)
    }

    /// The cursor that `DELETE …/messages` names.
    static func through(_ query: QueryReader) throws(Problem) -> Cursor {
        let wanted = "the cursor of the last entry no longer needed"
        guard let text = query["through"] else {
            throw .invalidRequest("The query's 'through' is missing: \(wanted).", .parameter("through"))
        }
        guard let cursor = Cursor(text) else {
            throw notACursor("'through'", text, wanted, .parameter("through"))
        }
        return cursor
    }

    /// Where server-sent events begin: `Last-Event-ID` beats `after`.
    static func start(_ request: Request, _ after: ReadQuery.After) -> StreamQuery.Start {
        resumption(request) ?? .after(after)
    }

    /// What an EventSource that comes back has seen; nil for one that doesn't.
    static func resumption(_ request: Request) -> StreamQuery.Start? {
        guard let last = request.headers[.lastEventID], !last.isEmpty else { return nil }
        return .lastEventID(Cursor(last))
    }

    /// How often a newline is to come ahead of the answer; nil for never.
    static func heartbeat(_ query: QueryReader) throws(Problem) -> Duration? {
        guard let text = query["heartbeat"] else { return nil }
        guard let interval = DurationText.parse(text), heartbeats.contains(interval) else {
            throw .invalidRequest(
                "The query's 'heartbeat' must be a duration such as 10s, from 1s to 60s.", .parameter("heartbeat"))
        }
        return interval
    }

    static let heartbeatInStream = Problem.invalidRequest(
        "The query's 'heartbeat' is for answers in JSON; a stream has heartbeats of its own. Leave it out.",
        .parameter("heartbeat"))

    static func kinds(
        _ names: [String], _ place: RequestPlace = .parameter("kind")
    ) throws(Problem) -> Set<LogEntry.Kind>? {
        guard !names.isEmpty else { return nil }
        var kinds: Set<LogEntry.Kind> = []
        for name in names {
            guard let kind = LogEntry.Kind(rawValue: name) else {
                let known = LogEntry.Kind.allCases.map(\.rawValue).sorted().joined(separator: ", ")
                throw .invalidRequest("There is no kind '\(name)'; known ones are \(known).", place)
            }
            kinds.insert(kind)
        }
        return kinds
    }

    /// Names to match; an empty one would match nothing, and never say so.
    static func globs(_ texts: [String], _ what: String, _ place: RequestPlace) throws(Problem) -> [Glob] {
        guard !texts.contains("") else {
            throw .invalidRequest(
                "The \(what) wanted is empty, and nothing matches that: name one, or leave it out for all.", place)
        }
        return texts.map { Glob($0) }
    }

    /// The query's `match`; `alternative` is the request that takes a longer one in its body.
    static func match(
        _ query: QueryReader, alternative: String = "POST …/await"
    ) throws(Problem) -> PayloadPattern? {
        guard let text = query["match"] else { return nil }
        guard text.utf8.count <= maxQueryPattern else {
            throw .invalidPattern(
                "A pattern in a query may have \(maxQueryPattern) bytes, and this has \(text.utf8.count): "
                    + "\(alternative) takes one of \(maxBodyPattern) in its body.", at: "", parameter: "match")
        }
        let json: JSONText
        do throws(JSONError) {
            json = try JSONText(validating: Array(text.utf8), limits: patternLimits)
        } catch {
            throw .invalidPattern(
                "The query's 'match' is not JSON: \(error). A string is written in quotes.", at: "", parameter: "match")
        }
        return try pattern(json.slice, parameter: "match")
    }

    /// The body of `…/await`.
    static func await(_ request: Request) throws(Problem) -> ReadQuery {
        let text = try BodyReader.json(request, patternLimits)
        let body = try BodyReader(text.slice, ["topic", "event", "payload", "kind", "after", "count"], at: "")
        let filter = try filter(body)
        let count = try body.integer("count", in: limits)
        let after = try after(try body.string("after"), .pointer("/after"))
        return ReadQuery(form: .await(count: count), filter: filter, limit: count ?? 1, after: after, lifeline: nil)
    }

    /// What an entry must be like, by the members `topic`, `event`, `payload` and `kind` of the object at `place`.
    static func filter(
        _ body: BodyReader, at place: String = "", kinds standard: Set<LogEntry.Kind> = [.message]
    ) throws(Problem) -> LogFilter {
        var filter = LogFilter(kinds: try kinds(try body.strings("kind"), .pointer(place + "/kind")) ?? standard)
        filter.topics = try globs(try body.strings("topic"), "topic", .pointer(place + "/topic"))
        filter.events = try globs(try body.strings("event"), "event", .pointer(place + "/event"))
        if let payload = body.present("payload") { filter.payload = try bodyPattern(payload, at: place + "/payload") }
        return filter
    }

    /// A pattern in a body, at this pointer.
    static func bodyPattern(_ value: JSONSlice, at place: String) throws(Problem) -> PayloadPattern {
        guard value.bytes.count <= maxBodyPattern else {
            throw .invalidPattern(
                "A pattern in a body may have \(maxBodyPattern) bytes, and this has \(value.bytes.count).", at: place)
        }
        return try pattern(value, at: place)
    }

    private static func pattern(
        _ value: JSONSlice, at place: String = "", parameter: String? = nil
    ) throws(Problem) -> PayloadPattern {
        do throws(PayloadPattern.ParseError) {
            return try PayloadPattern(value)
        } catch {
            throw .invalidPattern(error.detail, at: place + error.pointer, parameter: parameter)
        }
    }
}
