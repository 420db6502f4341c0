import HTTPCore
import HTTPTypes

/// How `/listen` is answered, as its `Accept`, `limit` and `Last-Event-ID` say.
enum ListenForm: Sendable {
    /// JSON, at the first message.
    case first
    case stream(StreamQuery.Framing, limit: Int?, StreamQuery.Start?, StreamLimits)

    init(_ request: Request, _ query: QueryReader, _ limits: StreamLimits) throws(Problem) {
        let limit = try query.integer("limit", in: ReadInput.limits)
        switch try ReadFormat(request) {
        case .json: self = .first
        case .lines: self = .stream(.lines, limit: limit, nil, limits)
        case .eventStream: self = .stream(.eventStream, limit: limit, ReadInput.resumption(request), limits)
        }
    }

    var isStream: Bool {
        switch self {
        case .first: false
        case .stream: true
        }
    }

    /// A stream tells what it missed.
    var kinds: Set<LogEntry.Kind> { isStream ? [.message, .gap] : [.message] }

    func action(_ filter: LogFilter, after push: Call.Request.Push?) -> Call.Request.Action {
        switch self {
        case .first: .awaitMessage(filter, after: push)
        case .stream(let framing, let limit, let resumption, let limits):
            .listen(
                Call.Listening(
                    framing: framing, filter: filter, limit: limit, resumption: resumption, limits: limits),
                after: push)
        }
    }
}
