package import HTTPCore
package import HTTPTypes

/// How long a request wants to wait, and what the answer says about it.
package struct Wait: Sendable {
    let requestID: String
    private let occupancy: Occupancy
    /// Nil when the request waits for nothing.
    package private(set) var duration: Duration?
    /// `Preference-Applied`, when `Prefer: wait` was heeded, or a wait was shortened.
    package private(set) var headers: HTTPFields
    /// Whether the request itself said how long it waits.
    private let isAsked: Bool
    /// What a problem that ends the wait says besides.
    private let amend: (@Sendable (Problem) -> Problem)?

    /// Reads `?wait`, else `Prefer: wait=N`, else takes `standard`.
    ///
    /// Clamped to `longest`; zero waits for nothing.
    package init(
        _ request: borrowing Request, _ query: QueryReader, standard: Duration?, longest: Duration
    ) throws(Problem) {
        var headers: HTTPFields = [:]
        var asked: Duration?
        if let text = query["wait"] {
            guard let parsed = DurationText.parse(text) else {
                throw .invalidRequest(
                    "The query's 'wait' is not a duration: write 500ms, 5s, 2m, 1h, or a number of seconds.",
                    .parameter("wait"))
            }
            asked = parsed
            if parsed > longest { headers[.preferenceApplied] = Self.applied(longest) }
        } else if let preferred = Self.preference(request.headers[values: .prefer]) {
            asked = preferred
            headers[.preferenceApplied] = Self.applied(min(preferred, longest))
        }
        let duration = (asked ?? standard).map { min($0, longest) }
        self.duration = duration == .zero ? nil : duration
        self.headers = headers
        isAsked = asked != nil
        requestID = request.id
        occupancy = request.occupancy
        amend = nil
    }

    /// The wait of a part of a request that was taken in, for which there is room; none without a `duration`.
    init(requestID: String, duration: Duration? = nil, amend: (@Sendable (Problem) -> Problem)? = nil) {
        self.requestID = requestID
        self.duration = duration
        self.amend = amend
        isAsked = duration != nil
        headers = [:]
        occupancy = .free
    }

    /// Whether the request, which carries something out, can be made to wait if it wants to; asked before it has done
    /// anything.
    var hasRoom: Bool { duration == nil || occupancy == .free || occupancy == .crowded }

    /// The same for one that only reads, which gives way earlier.
    var hasRoomToRead: Bool { duration == nil || occupancy == .free }

    /// What one is told for which there is no room.
    var refusal: Problem { occupancy == .stopping ? .draining : .tooManyWait }

    /// The same, as long as `longest` where it waits at all, for what several requests wait for: each answers for itself.
    func standing(for longest: Duration?) -> Wait {
        var wait = self
        wait.duration = duration.flatMap { _ in longest }
        wait.headers = [:]
        return wait
    }

    /// The same, waiting for nothing unless the request itself said that it waits.
    var ifAsked: Wait { isAsked ? self : standing(for: nil) }

    /// A promise of the answer.
    func promise() -> ResponsePromise {
        ResponsePromise(requestID: requestID, headers: headers, amend: amend)
    }

    /// An answer that is there without waiting.
    func now(_ response: Response) -> Answer {
        var response = response.addressed(to: requestID)
        response.headers.append(contentsOf: headers)
        return .now(response)
    }

    private static func applied(_ wait: Duration) -> String { "wait=\(wait.components.seconds)" }

    /// The seconds of `wait=N` among the preferences (RFC 7240); another form is passed over, as the RFC wants.
    private static func preference(_ values: [String]) -> Duration? {
        for value in values.flatMap({ $0.split(whereSeparator: { $0 == "," || $0 == ";" }) }) {
            let sides = value.split(separator: "=", maxSplits: 1)
            guard sides.count == 2, trimmed(sides[0]).lowercased() == "wait" else { continue }
            let digits = trimmed(sides[1])
            guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let seconds = Int64(digits) else { continue }
            return .seconds(min(seconds, 1_000_000))
        }
        return nil
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        return text
    }
}
