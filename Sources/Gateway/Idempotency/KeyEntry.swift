import HTTPCore

/// What is known under one key.
struct KeyEntry: Sendable {
    /// A request that waits for the outcome.
    struct Client: Sendable, Equatable {
        let id: UInt64
        let promise: ResponsePromise
        let deadline: Deadlines.Token

        static func == (left: Client, right: Client) -> Bool { left.id == right.id }
    }

    /// A request that came while the operation was being called: it comes again right after that.
    struct Arrival: Sendable, Equatable {
        let key: IdempotencyKey
        let operation: any KeyedOperation
        let wait: Wait
        let promise: ResponsePromise

        static func == (left: Arrival, right: Arrival) -> Bool { left.promise == right.promise }
    }

    /// Bytes that an entry takes beside what it holds, about: its digests, its places, headers of an answer.
    static let ownSize = 512

    /// No other entry has it, an earlier one of the same key neither.
    let id: UInt64
    let key: IdempotencyKey
    /// When it was made.
    let since: Duration
    var state: KeyState<any KeyedOperation>

    /// Whether a request with this wait is answered without waiting.
    func answersAtOnce(_ wait: Wait) -> Bool {
        switch state {
        case .done: true
        case .waiting(let held, _, _), .resting(let held): !held.operation.waits(wait)
        case .busy, .leaving, .forgotten: false
        }
    }

    /// Whether it may be forgotten when it is old: nobody waits, and nothing is being done.
    var isAtRest: Bool {
        switch state {
        case .busy, .waiting, .leaving: false
        case .resting, .done, .forgotten: true
        }
    }

    /// Whether it may be forgotten for another: to do anew what it stands for would do nothing twice.
    var isSpare: Bool {
        switch state {
        case .busy, .waiting, .leaving, .resting: false
        case .done(_, let didNothing): didNothing
        case .forgotten: true
        }
    }

    /// Bytes that it takes, about: an operation that holds the request's body holds it once.
    var size: Int {
        switch state {
        case .busy(let held, _), .waiting(let held, _, _), .leaving(let held, _, _, _), .resting(let held):
            Self.ownSize + (held.operation.holdsBody ? key.bodySize : 0) + (held.immediate?.size ?? 0)
        case .done(let response, _): Self.ownSize + response.size
        case .forgotten: 0
        }
    }
}
