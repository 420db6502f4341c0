/// How many requests one has left: as many as are allowed a second at once, which come back one by one.
///
/// The generic cell rate algorithm: all that is kept is when the bucket is full again. In nanoseconds.
struct TokenBucket {
    enum Outcome: Equatable {
        case taken(remaining: Int)
        /// The next one comes within this.
        case empty(wait: Int)
    }

    static let window = 1_000_000_000

    private var fullAt = 0

    func isFull(at now: Int) -> Bool { fullAt <= now }

    /// Takes one of `rate` a second.
    mutating func take(at now: Int, rate: Int) -> Outcome {
        let interval = max(1, Self.window / rate)
        let used = max(0, fullAt - now)
        guard used + interval <= Self.window else { return .empty(wait: used + interval - Self.window) }
        fullAt = now + used + interval
        return .taken(remaining: (Self.window - used - interval) / interval)
    }
}
