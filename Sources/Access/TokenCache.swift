import DequeModule
import HTTPCore

/// Whom verified JWTs are from, until they expire; by their hashes, so that no token is kept.
struct TokenCache {
    private struct Entry {
        let principal: Principal
        /// Seconds since 1970 UTC; from then on the token is looked at anew, and refused.
        let end: Double
    }

    /// Tokens in use at once, of some 300 bytes each.
    static let maxTokens = 10_000

    private var entries: [TokenHash: Entry] = [:]
    /// The oldest first.
    private var order = Deque<TokenHash>()

    var count: Int { entries.count }

    /// The principal of a token that is known and good at this time.
    func principal(of token: TokenHash, at now: Double) -> Principal? {
        guard let entry = entries[token], now < entry.end else { return nil }
        return entry.principal
    }

    /// Keeps what a token turned out to be, in place of the one that was kept first if there are too many.
    mutating func keep(_ principal: Principal, of token: TokenHash, until end: Double) {
        guard entries.updateValue(Entry(principal: principal, end: end), forKey: token) == nil else { return }
        order.append(token)
        if order.count > Self.maxTokens, let oldest = order.popFirst() { entries[oldest] = nil }
    }
}
