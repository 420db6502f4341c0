import HTTPCore
import HTTPTypes
import Synchronization

/// Holds each principal to its requests a second.
final class RateLimiter: Sendable {
    /// What a request is told of its principal's limit.
    struct Verdict: Sendable, Equatable {
        let isAllowed: Bool
        let rate: Int
        let remaining: Int

        /// `RateLimit-Policy` and `RateLimit`: lists of structured fields, here of one item.
        var headers: HTTPFields {
            [
                .rateLimitPolicy: #""requests";q=\#(rate);w=1"#,
                .rateLimit: #""requests";r=\#(remaining);t=1"#,
            ]
        }
    }

    private struct State {
        var buckets: [String: TokenBucket] = [:]
        var sweptAt = -TokenBucket.window
    }

    /// Principals that have asked within the last second; all buckets besides are full, and needn't be kept.
    static let maxPrincipals = 10_000

    private let standard: Int
    private let time: any TimeSource
    private let state = Mutex(State())

    /// `standard` is the requests a second of those who have no quota of their own; 0 sets no limit.
    init(standard: Int, time: any TimeSource) {
        self.standard = standard
        self.time = time
    }

    var count: Int { state.withLock { $0.buckets.count } }

    /// Counts a request; nil for a principal without a limit.
    func take(_ principal: Principal) -> Verdict? {
        let rate = principal.quotas.requestsPerSecond ?? standard
        guard rate > 0 else { return nil }
        let now = Int(time.now() / .nanoseconds(1))
        return state.withLock { state in
            guard Self.hasRoom(principal.name, at: now, &state) else {
                return Verdict(isAllowed: false, rate: rate, remaining: 0)
            }
            switch state.buckets[principal.name, default: TokenBucket()].take(at: now, rate: rate) {
            case .taken(let remaining): return Verdict(isAllowed: true, rate: rate, remaining: remaining)
            case .empty: return Verdict(isAllowed: false, rate: rate, remaining: 0)
            }
        }
    }

    /// Makes room for another principal, by a look through all once in a second at the most.
    private static func hasRoom(_ name: String, at now: Int, _ state: inout State) -> Bool {
        if state.buckets.count < maxPrincipals || state.buckets[name] != nil { return true }
        guard now - state.sweptAt >= TokenBucket.window else { return false }
        state.sweptAt = now
        state.buckets = state.buckets.filter { !$0.value.isFull(at: now) }
        return state.buckets.count < maxPrincipals
    }
}
