import Testing

@testable import PhoenixChannels

@Suite struct LinkStateMachineTests {
    private let now = Duration.seconds(100)

    /// The waits after so many failed attempts.
    private func waits(_ count: Int, seed: UInt64 = 1, policy: ReconnectPolicy = ReconnectPolicy()) -> [Duration?] {
        var machine = LinkStateMachine(policy)
        var jitter = Jitter(seed: seed)
        _ = machine.start()
        return (0..<count).map { _ in
            let wait = machine.failed(.timedOut, at: now, &jitter)?.retryIn
            if let wait { _ = machine.isDue(at: now + wait) }
            return wait
        }
    }

    @Test func theBackoffDoublesUpToItsBoundWithFullJitter() {
        let tries = (0..<2_000).map { waits(12, seed: $0).compactMap { $0 } }
        for attempt in 0..<12 {
            let bound = min(Duration.seconds(30), .milliseconds(100) * (1 << attempt))
            let drawn = tries.map { $0[attempt] }
            #expect(drawn.allSatisfy { $0 >= .zero && $0 < bound })
            // Spread over all of it: each tenth has its share, so that no herd comes back at once.
            for tenth in 0..<10 {
                let share = drawn.count { Int($0 / bound * 10) == tenth }
                #expect((100...300).contains(share), "\(share) of 2,000 in tenth \(tenth) after \(attempt + 1)")
            }
        }
    }

    @Test func attemptsAreBoundedIfAsked() {
        var policy = ReconnectPolicy()
        policy.maxAttempts = 3
        #expect(waits(6, policy: policy).map { $0 != nil } == [true, true, true, false, false, false])
    }

    @Test func aConnectionThatIsLostAtOnceCountsAsAFailureAndAStableOneStartsOver() {
        var machine = LinkStateMachine(ReconnectPolicy())
        var jitter = Jitter(seed: 1)
        _ = machine.start()
        var time = now
        // Accepted and dropped, again and again: the waits grow all the same.
        var waits: [Duration] = []
        for number in 0..<20 {
            #expect(machine.opened(at: time) == max(1, number))
            let wait = machine.closed(at: time + .seconds(1), &jitter)?.retryIn ?? .zero
            waits.append(wait)
            time += .seconds(1) + wait
            #expect(machine.isDue(at: time) == true)
        }
        #expect(waits.suffix(10).reduce(.zero, +) > .seconds(60))
        _ = machine.opened(at: time)
        let wait = machine.closed(at: time + .seconds(10), &jitter)?.retryIn
        #expect(wait.map { $0 < .milliseconds(100) } == true)
        #expect(machine.isDue(at: time + .seconds(11)) == true)
        #expect(machine.opened(at: time + .seconds(11)) == 1)
    }

    @Test(arguments: [401, 403]) func aServerThatSaysNoIsAskedNoMore(_ status: Int) throws {
        var machine = LinkStateMachine(ReconnectPolicy())
        var jitter = Jitter(seed: 1)
        _ = machine.start()
        let failed = try #require(machine.failed(.refused(UpgradeRefusal(status: status, now: 0)), at: now, &jitter))
        #expect(failed.retryIn == nil && failed.attempt == 1)
        #expect(!machine.isExpected && machine.deadline == nil)
    }

    @Test func anAddressThatMayNotBeConnectedToIsNotTriedAgain() {
        var machine = LinkStateMachine(ReconnectPolicy())
        var jitter = Jitter(seed: 1)
        _ = machine.start()
        #expect(machine.failed(.notAllowed, at: now, &jitter)?.retryIn == nil)
        #expect(!machine.isExpected && machine.deadline == nil)
    }

    @Test(arguments: [404, 429, 500, 503]) func anyOtherAnswerIsTriedAgain(_ status: Int) throws {
        var machine = LinkStateMachine(ReconnectPolicy())
        var jitter = Jitter(seed: 1)
        _ = machine.start()
        #expect(machine.failed(.refused(UpgradeRefusal(status: status, now: 0)), at: now, &jitter)?.retryIn != nil)
    }

    @Test func retryAfterIsWaitedForUpToItsBound() throws {
        for (seconds, expected) in [("7", 7), ("100000", 300)] {
            var machine = LinkStateMachine(ReconnectPolicy())
            var jitter = Jitter(seed: 1)
            _ = machine.start()
            let header = Endpoint.Header(name: "Retry-After", value: seconds)
            let refusal = UpgradeRefusal(status: 429, headers: [header], now: 0)
            let wait = try #require(machine.failed(.refused(refusal), at: now, &jitter)?.retryIn)
            // With the first wait's jitter on top, so that not all who were refused come back at once.
            #expect(wait > .seconds(expected) && wait < .seconds(expected) + .milliseconds(100))
            #expect(machine.deadline == now + wait)
        }
    }

    @Test func aCloseWhileItWaitsIsDoneAtOnce() {
        var machine = LinkStateMachine(ReconnectPolicy())
        var jitter = Jitter(seed: 1)
        _ = machine.start()
        _ = machine.failed(.timedOut, at: now, &jitter)
        #expect(machine.close() == .ended)
        #expect(machine.close() == .ignored)
        #expect(machine.isDue(at: .seconds(1_000)) == false)
        #expect(machine.opened(at: now) == nil)
    }

    @Test func aCloseOfOursIsNotComeBackFrom() throws {
        var machine = LinkStateMachine(ReconnectPolicy())
        var jitter = Jitter(seed: 1)
        _ = machine.start()
        _ = machine.opened(at: now)
        #expect(machine.close() == .closeLink)
        #expect(machine.isReceiving && !machine.isOpen && !machine.isExpected)
        let closed = try #require(machine.closed(at: now, &jitter))
        #expect(closed.wasRequested && closed.retryIn == nil)
        #expect(machine.closed(at: now, &jitter) == nil)
    }

    // MARK: Disconnected by request

    @Test func aDisconnectedLinkIsDownUntilItIsStartedAgain() throws {
        var machine = LinkStateMachine(ReconnectPolicy())
        var jitter = Jitter(seed: 1)
        _ = machine.start()
        _ = machine.opened(at: now)
        #expect(machine.disconnect() == .closeLink)
        #expect(machine.disconnect() == .ignored)
        #expect(machine.isReceiving && !machine.isOpen && !machine.isExpected)
        #expect(machine.start() == false)
        let closed = try #require(machine.closed(at: now, &jitter))
        #expect(closed.wasRequested && closed.retryIn == nil)
        #expect(machine.deadline == nil && !machine.isReceiving && !machine.isExpected)
        #expect(machine.disconnect() == .ignored)
        #expect(machine.start() == true)
        #expect(machine.isExpected)
        #expect(machine.opened(at: now) == 1)
    }

    @Test func anAttemptThatIsDisconnectedEndsAsCancelledAndCanBeMadeAnew() throws {
        var machine = LinkStateMachine(ReconnectPolicy())
        var jitter = Jitter(seed: 1)
        _ = machine.start()
        #expect(machine.disconnect() == .closeLink)
        #expect(machine.opened(at: now) == nil)
        let failed = try #require(machine.failed(.timedOut, at: now, &jitter))
        #expect(failed.error == .cancelled && failed.retryIn == nil)
        #expect(machine.start() == true)
    }

    @Test func aDisconnectWhileItWaitsIsDoneAtOnce() {
        var machine = LinkStateMachine(ReconnectPolicy())
        var jitter = Jitter(seed: 1)
        _ = machine.start()
        _ = machine.failed(.timedOut, at: now, &jitter)
        #expect(machine.disconnect() == .ended)
        #expect(machine.isDue(at: .seconds(1_000)) == false)
        #expect(machine.start() == true)
        #expect(machine.opened(at: now) == 1)
    }

    @Test func aStartWhileItWaitsIsTheNextAttemptNow() {
        var machine = LinkStateMachine(ReconnectPolicy())
        var jitter = Jitter(seed: 1)
        _ = machine.start()
        _ = machine.failed(.timedOut, at: now, &jitter)
        #expect(machine.start() == true)
        #expect(machine.isDue(at: .seconds(1_000)) == false)
        #expect(machine.opened(at: now) == 2)
    }

    @Test func aStartAfterItHasGivenUpHasAllItsAttempts() throws {
        var policy = ReconnectPolicy()
        policy.maxAttempts = 1
        var machine = LinkStateMachine(policy)
        var jitter = Jitter(seed: 1)
        for _ in 0..<2 {
            #expect(machine.start() == true)
            let wait = try #require(machine.failed(.timedOut, at: now, &jitter)?.retryIn)
            #expect(machine.isDue(at: now + wait) == true)
            let last = try #require(machine.failed(.timedOut, at: now, &jitter))
            #expect(last.attempt == 2 && last.retryIn == nil)
        }
    }

    @Test func whatIsClosedForGoodIsNotStartedAgain() {
        for isClosing in [false, true] {
            var machine = LinkStateMachine(ReconnectPolicy())
            var jitter = Jitter(seed: 1)
            _ = machine.start()
            _ = machine.opened(at: now)
            _ = machine.disconnect()
            if isClosing { #expect(machine.close() == .ignored) }
            _ = machine.closed(at: now, &jitter)
            if !isClosing { #expect(machine.close() == .ignored) }
            #expect(machine.start() == false)
        }
    }
}
