import HTTPCore
import PhoenixChannels

/// What reads ask for, out of their query or body.
enum ReadInput {
    static let limits = 1...1_000
    static let standardLimit = 100
    /// Bytes of a pattern in a query, and in a body.
    private static let maxQueryPattern = 4 * 1024
    private static let maxBodyPattern = 16 * 1024

    static func after(_ text: String?) throws(Problem) -> ReadQuery.After {
        switch text {
        case nil: return .start
        case "oldest": return .oldest
        case "latest": return .latest
        case .some(let text):
            guard let cursor = Cursor(text) else {
                throw .invalidRequest(
                    "'after' is not a cursor: pass a 'cursor' or 'next' of an answer, 'oldest', or 'latest'.")
            }
            return .cursor(cursor)
        }
    }

    static func kinds(_ names: [String]) throws(Problem) -> Set<LogEntry.Kind>? {
        guard !names.isEmpty else { return nil }
        var kinds: Set<LogEntry.Kind> = []
        for name in names {
            guard let kind = LogEntry.Kind(rawValue: name) else {
                let known = LogEntry.Kind.allCases.map(\.rawValue).sorted().joined(separator: ", ")
                throw .invalidRequest("There is no kind '\(name)'; known ones are \(known).")
            }
            kinds.insert(kind)
        }
        return kinds
    }

    /// The query's `match`.
    static func match(_ query: QueryReader) throws(Problem) -> PayloadPattern? {
        guard let text = query["match"] else { return nil }
        guard text.utf8.count <= maxQueryPattern else {
            throw .invalidPattern("A pattern in a query may have \(maxQueryPattern) bytes.", at: "")
        }
        let json: JSONText
        do throws(JSONError) {
            json = try JSONText(validating: Array(text.utf8), limits: .lenient)
        } catch {
            throw .invalidPattern("The query's 'match' is not JSON: \(error).", at: "")
        }
        return try pattern(json.slice)
    }

    /// The body of `…/await`.
    static func await(_ request: Request) throws(Problem) -> ReadQuery {
        let body = try BodyReader(request, ["topic", "event", "payload", "kind", "after", "count"])
        let kinds = try kinds(try body.strings("kind"))
        var filter = LogFilter(kinds: kinds ?? [.message])
        filter.topics = try body.strings("topic").map { Glob($0) }
        filter.events = try body.strings("event").map { Glob($0) }
        if let payload = body.present("payload") {
            guard payload.bytes.count <= maxBodyPattern else {
                throw .invalidPattern("A pattern in a body may have \(maxBodyPattern) bytes.", at: "/payload")
            }
            filter.payload = try pattern(payload, at: "/payload")
        }
        let count = try body.integer("count", in: limits)
        let after = try after(try body.string("after"))
        return ReadQuery(form: .await(count: count), filter: filter, limit: count ?? 1, after: after)
    }

    private static func pattern(_ value: JSONSlice, at place: String = "") throws(Problem) -> PayloadPattern {
        do throws(PayloadPattern.ParseError) {
            return try PayloadPattern(value)
        } catch {
            throw .invalidPattern(error.detail, at: place + error.pointer)
        }
    }
}
