import HTTPCore

/// What is known under one key.
struct KeyEntry: Sendable {
    /// A request that waits for the outcome.
    struct Client: Sendable {
        let id: UInt64
        let promise: ResponsePromise
        let deadline: Deadlines.Token
    }

    /// A request that came while the operation was being begun, resumed or given up: it comes again right after that.
    struct Arrival: Sendable {
        let operation: any KeyedOperation
        let wait: Wait
        let promise: ResponsePromise
    }

    /// No other entry has it, an earlier one of the same key neither.
    let id: UInt64
    let fingerprint: IdempotencyKey.Fingerprint
    let operation: any KeyedOperation
    /// When it was made.
    let since: Duration
    /// Whether a thread is calling the operation right now.
    var isBusy = true
    /// The operation's own promise, while somebody waits.
    var promise: ResponsePromise?
    var clients: [Client] = []
    var arrivals: [Arrival] = []
    /// What was answered at once, to requests that don't wait.
    var immediate: Response?
    /// How it came out.
    var outcome: Response?

    /// Whether it may be forgotten: nobody waits, and nothing is being done.
    var isAtRest: Bool { !isBusy && promise == nil }

    /// Bytes that it takes, about.
    var size: Int { fingerprint.body.count + (outcome?.size ?? 0) + (immediate?.size ?? 0) + 512 }
}
