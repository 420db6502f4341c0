import Logging
import Metrics

/// What a connection logs and counts: never a payload, a token or the query of its uri.
///
/// Counters go to whatever the process has bootstrapped swift-metrics with. On the normal path nothing above debug is
/// logged; what ends or refuses a connection is.
struct ConnectionTelemetry: Sendable {
    /// The keys of the logs' metadata.
    private enum Key {
        static let attempt = "attempt"
        static let cause = "cause"
        static let code = "code"
        static let endpoint = "endpoint"
        static let reason = "reason"
        static let retryIn = "retry_in"
        static let topic = "topic"
    }

    private let logger: Logger?
    private let counters: ClientCounters

    init(_ logger: Logger?, _ counters: ClientCounters = .shared) {
        self.logger = logger
        self.counters = counters
    }

    /// A websocket is about to be opened.
    func connecting(to endpoint: Endpoint) {
        guard endpoint.disablesCertificateVerification else { return }
        logger?.warning(
            "Certificates are not verified: anybody in between can read and change everything",
            metadata: [Key.endpoint: "\(endpoint.display)"])
    }

    func pushed() { counters.pushes.increment() }

    func answeredHeartbeat(after time: Duration) { counters.heartbeat.recordNanoseconds(Int64(time / .nanoseconds(1))) }

    func told(_ events: [ConnectionEvent]) {
        for event in events {
            count(event)
            if let logger { log(event, logger) }
        }
    }

    private func count(_ event: ConnectionEvent) {
        switch event {
        case .message: counters.messages.increment()
        case .replied: counters.replies.increment()
        case .replyLost(_, _, let loss): counters.repliesLost[loss.rawValue].increment()
        case .connected: counters.connects.increment()
        case .connectFailed(let error, _, _): counters.connectFailures[error.kind].increment()
        case .disconnected(let end, let retryIn):
            counters.disconnects[end.cause.rawValue].increment()
            if retryIn != nil { counters.reconnects[end.cause.rawValue].increment() }
        case .joined(_, _, nil): counters.joins.increment()
        case .joined(_, _, .some(let reason)): counters.rejoins[reason.rawValue].increment()
        case .joinFailed: counters.joinFailures.increment()
        case .topicError: counters.channelErrors.increment()
        case .left, .topicClosed: break
        }
    }

    private func log(_ event: ConnectionEvent, _ logger: Logger) {
        switch event {
        case .connected(let attempt):
            logger.debug("Connected", metadata: [Key.attempt: "\(attempt)"])
        case .connectFailed(let error, let attempt, let retryIn):
            logger.log(
                level: retryIn == nil ? .warning : .info, "Could not connect",
                metadata: [
                    Key.reason: "\(error)", Key.attempt: "\(attempt)", Key.retryIn: "\(Self.words(retryIn))",
                ])
        case .disconnected(let end, let retryIn):
            logger.log(
                level: end.cause == .requested ? .debug : .info, "Disconnected",
                metadata: [
                    Key.cause: "\(end.cause.rawValue)", Key.code: "\(end.code.map(String.init) ?? "none")",
                    Key.reason: "\(Self.escaped(end.reason))", Key.retryIn: "\(Self.words(retryIn))",
                ])
        case .joined(let topic, _, .some(let reason)):
            logger.info(
                "Joined anew: what was sent to the topic meanwhile is lost",
                metadata: [Key.topic: "\(topic)", Key.reason: "\(reason.rawValue)"])
        case .joinFailed(let topic, let failure, _):
            logger.info("A join failed", metadata: [Key.topic: "\(topic)", Key.reason: "\(failure.kind)"])
        case .topicError(let topic, _):
            logger.info("A channel crashed", metadata: [Key.topic: "\(topic)"])
        case .joined, .left, .topicClosed, .message, .replied, .replyLost: break
        }
    }

    /// A server's words can't break a line of the log, nor be taken for one.
    private static func escaped(_ reason: String) -> String {
        reason.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? "?" : String($0) }.joined()
    }

    private static func words(_ retryIn: Duration?) -> String { retryIn.map { "\($0)" } ?? "never" }
}

extension ConnectError {
    /// What counters and logs call it.
    package var kind: String {
        switch self {
        case .refused: "refused"
        case .proxyRefused: "proxy_refused"
        case .untrusted: "untrusted"
        case .tokenNotTaken: "token_not_taken"
        case .notAllowed: "not_allowed"
        case .failed: "failed"
        case .noDescriptors: "no_descriptors"
        case .timedOut: "timed_out"
        case .cancelled: "cancelled"
        }
    }
}

extension JoinFailure {
    /// What logs call it: the server's own words may be the application's secret.
    fileprivate var kind: String {
        switch self {
        case .rejected: "rejected"
        case .unmatchedTopic: "unmatched_topic"
        case .tooManyChannels: "too_many_channels"
        case .lost: "lost"
        case .malformed: "malformed"
        case .tooLarge: "too_large"
        }
    }
}
