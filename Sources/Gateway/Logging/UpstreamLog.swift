import Logging
import PhoenixChannels
import Synchronization

/// Tells the log what becomes of connections to upstreams: made, failed, lost, made again, given up.
///
/// A line has no payload, param, header or query, no word of the upstream's own, and of a session's id the node and six
/// characters. What a session does when all is well is told at debug; what an operator may have to look into at notice,
/// with its end; and where nothing further is tried, at warning. From notice on, `LineBudget` bounds the lines.
/// Called on event loops: a line is made there, and written elsewhere.
final class UpstreamLog: Sendable {
    private let logger: Logger
    private let deadlines: Deadlines
    private let budget = Mutex(LineBudget())

    init(_ logger: Logger, _ deadlines: Deadlines) {
        self.logger = logger
        self.deadlines = deadlines
    }

    /// Writes a line, or counts it; no lock of the caller's may be held.
    func tell(_ news: UpstreamNews, of subject: @autoclosure () -> UpstreamSubject) {
        let level = news.kind.level
        guard level >= logger.logLevel else { return }
        let subject = subject()
        guard level < .notice || takes(news.kind, of: subject.upstream) else { return }
        logger.log(level: level, news.kind.message, metadata: Self.metadata(news, subject))
    }

    /// Whether there is room for the line; the last window's remainder is told ahead of it.
    private func takes(_ kind: UpstreamNews.Kind, of upstream: UpstreamSubject.Upstream) -> Bool {
        let now = deadlines.time.now()
        let (verdict, leftOut) = budget.withLock { budget in
            let leftOut = budget.close(at: now)
            return (budget.take(kind, of: upstream, at: now), leftOut)
        }
        tell(leftOut)
        switch verdict {
        case .write: return true
        case .leaveOut(toldIn: nil): return false
        case .leaveOut(let wait?):
            _ = deadlines.add(after: wait) { [weak self] in self?.closeWindow() }
            return false
        }
    }

    private func closeWindow() {
        let now = deadlines.time.now()
        tell(budget.withLock { $0.close(at: now) })
    }

    private func tell(_ leftOut: [LineBudget.LeftOut]) {
        for one in leftOut {
            var metadata = one.upstream.map { Self.metadata($0) } ?? [:]
            for (kind, count) in one.counts { metadata[kind.rawValue] = .stringConvertible(count) }
            let level = one.counts.keys.map(\.level).max() ?? .notice
            logger.log(level: level, "Lines on an upstream left out", metadata: metadata)
        }
    }

    private static func metadata(_ news: UpstreamNews, _ subject: UpstreamSubject) -> Logger.Metadata {
        var metadata = metadata(subject.upstream)
        switch subject.use {
        case .session(let id), .call(let id):
            if let short = id.short { metadata[LogKey.session] = "\(short)" }
        case .shared(let sessions): metadata[LogKey.sessions] = .stringConvertible(sessions)
        }
        metadata[LogKey.connection] = "\(subject.use.word)"
        if !subject.principal.isEmpty { metadata[LogKey.principal] = "\(subject.principal)" }
        metadata[LogKey.attempt] = news.attempt.map { .stringConvertible($0) }
        metadata[LogKey.retryIn] = news.retryIn.map { .seconds($0) }
        if let lasted = news.lasted {
            metadata[news.kind == .reconnected ? LogKey.downFor : LogKey.connectedFor] = .seconds(lasted)
        }
        switch news.cause {
        case .failed(let error):
            metadata[LogKey.kind] = "\(error.kind)"
            metadata[LogKey.reason] = "\(error.words)"
        case .ended(let end):
            metadata[LogKey.cause] = "\(end.cause.rawValue)"
            metadata[LogKey.code] = end.code.map { .stringConvertible(Int($0)) }
            // A server's own words may be a secret of its users'.
            if end.cause != .server, !end.reason.isEmpty { metadata[LogKey.reason] = "\(end.reason)" }
        case nil: break
        }
        return metadata
    }

    private static func metadata(_ upstream: UpstreamSubject.Upstream) -> Logger.Metadata {
        switch upstream {
        case .endpoint(let name): [LogKey.endpoint: "\(name)"]
        case .uri(let uri): [LogKey.uri: "\(uri)"]
        }
    }
}

extension UpstreamNews.Kind {
    fileprivate var level: Logger.Level {
        switch self {
        case .connected, .closed: .debug
        case .reconnected, .failed, .lost: .notice
        case .givenUp: .warning
        }
    }

    fileprivate var message: Logger.Message {
        switch self {
        case .connected: "Upstream connected"
        case .reconnected: "Upstream connected again"
        case .failed: "Upstream could not be connected to"
        case .lost: "Upstream connection lost"
        case .givenUp: "Upstream given up"
        case .closed: "Upstream connection closed as asked"
        }
    }
}

extension UpstreamSubject.Use {
    /// What the record calls it.
    fileprivate var word: String {
        switch self {
        case .session: "session"
        case .call: "call"
        case .shared: "shared"
        }
    }
}
