/// How long to wait before the next try: a random part of a span that doubles with each failure.
///
/// "Full jitter": AWS Architecture Blog, "Exponential Backoff And Jitter".
struct Backoff: Sendable, Equatable {
    let minDelay: Duration
    let maxDelay: Duration
    private(set) var failures = 0

    init(minDelay: Duration, maxDelay: Duration) {
        self.minDelay = minDelay
        self.maxDelay = maxDelay
    }

    /// Counts a failure, and draws the wait after it.
    mutating func next(_ jitter: inout Jitter) -> Duration {
        failures += 1
        // Past 2⁴⁰ any span is over the bound.
        let span = min(maxDelay, minDelay * (Int64(1) << min(failures - 1, 40)))
        return span * jitter.next()
    }

    mutating func reset() { failures = 0 }
}

/// Random numbers out of a seed (SplitMix64): a machine draws them itself, and a test knows which.
struct Jitter: Sendable, Equatable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// A number from 0 up to, but not with, 1.
    mutating func next() -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Double((mixed ^ (mixed >> 31)) >> 11) / Double(UInt64(1) << 53)
    }
}
