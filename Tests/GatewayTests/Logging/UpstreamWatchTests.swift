import PhoenixChannels
import Testing

@testable import Gateway

/// What of a connection's events is news, as a script.
@Suite struct UpstreamWatchTests {
    private var watch = UpstreamWatch()
    private let network = Disconnection(cause: .network, reason: "the network failed")
    private let asked = Disconnection(cause: .requested, code: 1000)

    private mutating func take(_ event: ConnectionEvent, at seconds: Int) -> UpstreamNews? {
        watch.news(of: event, at: .seconds(seconds))
    }

    @Test mutating func aLossAndItsEndSayHowLongWhatWasBeforeHasLasted() {
        #expect(take(.connected(attempt: 1), at: 1) == UpstreamNews(kind: .connected, attempt: 1))
        #expect(
            take(.disconnected(network, retryIn: .seconds(2)), at: 5)
                == UpstreamNews(kind: .lost, cause: .ended(network), retryIn: .seconds(2), lasted: .seconds(4)))
        #expect(
            take(.connectFailed(.timedOut, attempt: 1, retryIn: .seconds(3)), at: 7)
                == UpstreamNews(kind: .failed, attempt: 1, cause: .failed(.timedOut), retryIn: .seconds(3)))
        #expect(
            take(.connected(attempt: 2), at: 10)
                == UpstreamNews(kind: .reconnected, attempt: 2, lasted: .seconds(5)))
    }

    @Test mutating func anEndWithoutAnotherAttemptIsGivenUpAndAConnectionAfterItIsOneAgain() {
        #expect(
            take(.connectFailed(.notAllowed, attempt: 1, retryIn: nil), at: 1)
                == UpstreamNews(kind: .givenUp, attempt: 1, cause: .failed(.notAllowed)))
        #expect(take(.connected(attempt: 1), at: 3)?.kind == .reconnected)
        #expect(
            take(.disconnected(network, retryIn: nil), at: 4)
                == UpstreamNews(kind: .givenUp, cause: .ended(network), lasted: .seconds(1)))
    }

    @Test mutating func whatWasAskedForIsNoLossAndWhatComesAfterItNoReturn() {
        _ = take(.connected(attempt: 1), at: 1)
        #expect(
            take(.disconnected(asked, retryIn: nil), at: 3)
                == UpstreamNews(kind: .closed, cause: .ended(asked), lasted: .seconds(2)))
        #expect(take(.connected(attempt: 1), at: 4)?.kind == .connected)
        #expect(take(.connectFailed(.cancelled, attempt: 1, retryIn: nil), at: 5)?.kind == .closed)
        #expect(take(.connected(attempt: 1), at: 6)?.kind == .connected)
    }

    @Test mutating func whatHappensOnAConnectionIsNoNewsOfIt() {
        _ = take(.connected(attempt: 1), at: 1)
        let events: [ConnectionEvent] = [
            .joined(topic: "t", response: .emptyObject, rejoin: .reconnect), .left(topic: "t"),
            .joinFailed(topic: "t", .malformed, rejoin: nil), .topicClosed(topic: "t"),
            .topicError(topic: "t", payload: .emptyObject), .message(topic: "t", event: "e", payload: .emptyObject),
            .replied(topic: "t", ref: Ref(1), Reply(status: "ok", response: .emptyObject)),
            .replyLost(topic: "t", ref: Ref(1), .disconnected),
        ]
        for event in events { #expect(take(event, at: 2) == nil) }
    }

    @Test func whatNobodyWantsAnyMoreIsGivenUp() {
        let failed = UpstreamNews(kind: .failed, attempt: 1, cause: .failed(.timedOut), retryIn: .seconds(3))
        #expect(failed.final == UpstreamNews(kind: .givenUp, attempt: 1, cause: .failed(.timedOut)))
        let connected = UpstreamNews(kind: .connected, attempt: 1)
        #expect(connected.final == connected)
    }
}
