import Testing

@testable import Gateway

/// The bucket as a script; times are nanoseconds.
@Suite struct TokenBucketTests {
    private let second = TokenBucket.window

    @Test func aFullBucketGivesAsManyAsASecondHasAndNoMore() {
        var bucket = TokenBucket()
        #expect(bucket.take(at: 0, rate: 3) == .taken(remaining: 2))
        #expect(bucket.take(at: 0, rate: 3) == .taken(remaining: 1))
        #expect(bucket.take(at: 0, rate: 3) == .taken(remaining: 0))
        #expect(bucket.take(at: 0, rate: 3) == .empty(wait: second / 3 - 1))
    }

    @Test func oneComesBackAfterItsShareOfASecond() {
        var bucket = TokenBucket()
        for _ in 0..<4 { _ = bucket.take(at: 0, rate: 4) }
        #expect(bucket.take(at: second / 4 - 1, rate: 4) == .empty(wait: 1))
        #expect(bucket.take(at: second / 4, rate: 4) == .taken(remaining: 0))
    }

    @Test func afterASecondItIsFull() {
        var bucket = TokenBucket()
        for _ in 0..<10 { _ = bucket.take(at: 0, rate: 10) }
        #expect(!bucket.isFull(at: second - 1) && bucket.isFull(at: second))
        #expect(bucket.take(at: second * 9, rate: 10) == .taken(remaining: 9))
    }

    @Test func whatIsRefusedCostsNothing() {
        var bucket = TokenBucket()
        _ = bucket.take(at: 0, rate: 1)
        for _ in 0..<100 { #expect(bucket.take(at: 0, rate: 1) == .empty(wait: second)) }
        #expect(bucket.take(at: second, rate: 1) == .taken(remaining: 0))
    }
}
