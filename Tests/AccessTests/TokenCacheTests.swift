import HTTPCore
import Testing

@testable import Access

/// What is kept of verified tokens.
@Suite struct TokenCacheTests {
    private func principal(_ name: String) -> Principal { Principal(name: name, scopes: []) }

    @Test func aTokenIsKnownUntilItsEnd() {
        var cache = TokenCache()
        let token = TokenHash(of: "a")
        cache.keep(principal("ann"), of: token, until: 100)
        #expect(cache.principal(of: token, at: 99.9)?.name == "ann")
        #expect(cache.principal(of: token, at: 100) == nil)
        #expect(cache.principal(of: TokenHash(of: "b"), at: 0) == nil)
    }

    @Test func theOldestMakesRoom() {
        var cache = TokenCache()
        for index in 0...TokenCache.maxTokens {
            cache.keep(principal("p\(index)"), of: TokenHash(of: "\(index)"), until: 100)
        }
        #expect(cache.count == TokenCache.maxTokens)
        #expect(cache.principal(of: TokenHash(of: "0"), at: 0) == nil)
        #expect(cache.principal(of: TokenHash(of: "1"), at: 0)?.name == "p1")
        // One that is kept again takes no second place.
        cache.keep(principal("again"), of: TokenHash(of: "1"), until: 200)
        #expect(cache.count == TokenCache.maxTokens && cache.principal(of: TokenHash(of: "2"), at: 0) != nil)
        #expect(cache.principal(of: TokenHash(of: "1"), at: 150)?.name == "again")
    }
}
