package import HTTPCore
import HTTPTypes

/// How a read of the log is answered, as its `Accept` says (RFC 9110 section 12.5.1).
package enum ReadFormat: Sendable, CaseIterable {
    /// One JSON document, waited for if need be.
    case json
    /// Server-sent events, without an end.
    case eventStream
    /// JSON lines, without an end.
    case lines

    package var mediaType: String {
        switch self {
        case .json: "application/json"
        case .eventStream: "text/event-stream"
        case .lines: "application/x-ndjson"
        }
    }

    /// The one that the request wants most.
    ///
    /// Of equal wants the one named by itself comes before one that a wildcard takes in, then the one named first; a
    /// wildcard alone, and no `Accept` at all, mean JSON.
    package init(_ request: Request) throws(Problem) {
        let text = request.headers[values: .accept].joined(separator: ",")
        guard text.contains(where: { $0 != " " && $0 != "\t" && $0 != "," }) else {
            self = .json
            return
        }
        let ranges = AcceptedRange.list(text)
        let wanted = Self.allCases.compactMap { format -> (format: ReadFormat, range: AcceptedRange)? in
            ranges.filter { $0.takes(format.mediaType) }.max { $0.precision < $1.precision }.map { (format, $0) }
        }
        // The first of equals is kept: they stand in the order of the cases.
        var best: (format: ReadFormat, range: AcceptedRange)?
        for next in wanted where next.range.weight > 0 {
            if best.map({ next.range.isPreferred(to: $0.range) }) ?? true { best = next }
        }
        guard let best else { throw .notAcceptable(text) }
        self = best.format
    }
}
