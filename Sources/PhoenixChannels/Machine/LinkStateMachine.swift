/// Whether there is a websocket, is about to be one, or when there will be another.
///
/// States: `idle` until it is started; `connecting`; `open`; `waiting` for the next attempt; `closing`, a close of our own
/// being on its way; `down` until it is started again, disconnected by request or given up; `ended`, closed for good
/// (terminal). Attempts are counted from 1, anew after a connection that was stable or a start that was asked for. An event
/// that doesn't fit the state is a late one, and changes nothing.
struct LinkStateMachine: Sendable {
    private enum State: Equatable {
        case idle
        /// Next: `open`, `waiting`, `closing`, `down`.
        case connecting(attempt: Int)
        /// Next: `waiting`, `closing`, `down`.
        case open(since: Duration)
        /// Next: `connecting`, `down`, `ended`.
        case waiting(attempt: Int, until: Duration)
        /// Next: `down`, or `ended` when it is for good.
        case closing(isFinal: Bool)
        /// Next: `connecting`, `ended`.
        case down
        case ended
    }

    /// What a close of our own has to wait for.
    enum CloseAction: Equatable {
        /// The websocket's end, which will be told.
        case closeLink
        /// Nothing: there is no websocket.
        case ended
        case ignored
    }

    private let policy: ReconnectPolicy?
    private var backoff: Backoff
    private var state = State.idle

    /// Without a policy the first end is the last.
    init(_ policy: ReconnectPolicy?) {
        self.policy = policy
        backoff = Backoff(minDelay: policy?.minDelay ?? .zero, maxDelay: policy?.maxDelay ?? .zero)
    }

    var isOpen: Bool {
        if case .open = state { true } else { false }
    }

    /// Whether messages that come still count.
    var isReceiving: Bool {
        switch state {
        case .open, .closing: true
        case .idle, .connecting, .waiting, .down, .ended: false
        }
    }

    /// Whether the topics that are to be joined have a connection to come.
    var isExpected: Bool {
        switch state {
        case .idle, .connecting, .open, .waiting: true
        case .closing, .down, .ended: false
        }
    }

    /// When `isDue` is to be asked.
    var deadline: Duration? {
        if case .waiting(_, let until) = state { until } else { nil }
    }

    /// Also when it is down, and instead of waiting on.
    ///
    /// - Returns: whether to connect.
    mutating func start() -> Bool {
        switch state {
        case .idle, .down:
            backoff.reset()
            state = .connecting(attempt: 1)
            return true
        case .waiting(let attempt, _):
            state = .connecting(attempt: attempt)
            return true
        case .connecting, .open, .closing, .ended:
            return false
        }
    }

    /// - Returns: whether to connect, the wait being over.
    mutating func isDue(at now: Duration) -> Bool {
        guard case .waiting(let attempt, let until) = state, until <= now else { return false }
        state = .connecting(attempt: attempt)
        return true
    }

    /// - Returns: the attempt that succeeded; nil when it isn't wanted any more.
    mutating func opened(at now: Duration) -> Int? {
        guard case .connecting(let attempt) = state else { return nil }
        state = .open(since: now)
        return attempt
    }

    /// - Returns: the attempt that failed, why, and how long it is until the next one, if there is one.
    mutating func failed(
        _ error: ConnectError, at now: Duration, _ jitter: inout Jitter
    ) -> (attempt: Int, error: ConnectError, retryIn: Duration?)? {
        switch state {
        case .connecting(let attempt):
            return (attempt, error, retry(attempt + 1, error, at: now, &jitter))
        case .closing(let isFinal):
            state = isFinal ? .ended : .down
            return (1, .cancelled, nil)
        case .idle, .open, .waiting, .down, .ended:
            return nil
        }
    }

    /// - Returns: whether that was asked for, and how long it is until the next attempt, if there is one; nil when there
    ///   was no connection.
    mutating func closed(
        at now: Duration, _ jitter: inout Jitter
    ) -> (wasRequested: Bool, retryIn: Duration?)? {
        switch state {
        case .open(let since):
            var attempt = backoff.failures + 1
            if let policy, now - since >= policy.stableAfter {
                backoff.reset()
                attempt = 1
            }
            return (false, retry(attempt, nil, at: now, &jitter))
        case .closing(let isFinal):
            state = isFinal ? .ended : .down
            return (true, nil)
        case .idle, .connecting, .waiting, .down, .ended:
            return nil
        }
    }

    /// Closes for good.
    mutating func close() -> CloseAction {
        switch state {
        case .connecting, .open:
            state = .closing(isFinal: true)
            return .closeLink
        case .idle, .waiting:
            state = .ended
            return .ended
        case .closing:
            state = .closing(isFinal: true)
            return .ignored
        case .down, .ended:
            state = .ended
            return .ignored
        }
    }

    /// Closes until it is started again.
    mutating func disconnect() -> CloseAction {
        switch state {
        case .connecting, .open:
            state = .closing(isFinal: false)
            return .closeLink
        case .waiting:
            state = .down
            return .ended
        case .idle, .closing, .down, .ended:
            return .ignored
        }
    }

    private mutating func retry(
        _ attempt: Int, _ error: ConnectError?, at now: Duration, _ jitter: inout Jitter
    ) -> Duration? {
        guard let policy, error?.isFinal != true, backoff.failures < policy.maxAttempts ?? .max else {
            state = .down
            return nil
        }
        var delay = backoff.next(&jitter)
        // The jitter comes on top: else all that were refused at once would come back at once.
        if let retryAfter = error?.retryAfter { delay += min(retryAfter, policy.maxRetryAfter) }
        state = .waiting(attempt: attempt, until: now + delay)
        return delay
    }
}

extension ConnectError {
    /// Whether asking again can't help: the server knows who asks, and says no.
    fileprivate var isFinal: Bool {
        switch self {
        case .refused(let refusal): refusal.status == 401 || refusal.status == 403
        case .proxyRefused(let status): status == 407
        case .cancelled, .notAllowed: true
        case .untrusted, .tokenNotTaken, .failed, .noDescriptors, .timedOut: false
        }
    }

    /// What the server asks for.
    fileprivate var retryAfter: Duration? {
        guard case .refused(let refusal) = self else { return nil }
        return refusal.retryAfter
    }
}
