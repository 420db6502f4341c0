import Testing

@testable import Gateway

/// An upstream has so many lines a second, and what is over is counted.
@Suite struct LineBudgetTests {
    private let chat = UpstreamSubject.Upstream.endpoint("chat")
    private let other = UpstreamSubject.Upstream.uri("ws://127.0.0.1:4000/socket/websocket")
    private var budget = LineBudget()

    /// As many lines as there may be.
    private mutating func spend(_ upstream: UpstreamSubject.Upstream, at now: Duration) {
        for _ in 0..<LineBudget.maxLines { #expect(budget.take(.lost, of: upstream, at: now) == .write) }
    }

    @Test mutating func linesPastTheBoundAreCountedByKindAndToldWhenTheWindowIsOver() {
        spend(chat, at: .seconds(7))
        // The first that is left out has the window's end told to whoever waits for it.
        #expect(
            budget.take(.lost, of: chat, at: .milliseconds(7_400)) == .leaveOut(toldIn: .milliseconds(600)))
        #expect(budget.take(.failed, of: chat, at: .milliseconds(7_500)) == .leaveOut(toldIn: nil))
        #expect(budget.take(.lost, of: chat, at: .milliseconds(7_600)) == .leaveOut(toldIn: nil))
        #expect(budget.close(at: .milliseconds(7_999)).isEmpty)
        #expect(
            budget.close(at: .seconds(8)) == [LineBudget.LeftOut(upstream: chat, counts: [.lost: 2, .failed: 1])])
        #expect(budget.close(at: .seconds(9)).isEmpty)
        #expect(budget.take(.lost, of: chat, at: .seconds(9)) == .write)
    }

    @Test mutating func aWindowThatIsOverIsClosedBeforeTheNextBegins() {
        spend(chat, at: .zero)
        #expect(budget.take(.lost, of: chat, at: .zero) == .leaveOut(toldIn: .seconds(1)))
        #expect(budget.close(at: .seconds(5)).count == 1)
        spend(chat, at: .seconds(5))
        // Another window, another first.
        #expect(budget.take(.lost, of: chat, at: .seconds(5)) == .leaveOut(toldIn: .seconds(1)))
    }

    @Test mutating func whatIsLeftOutOfOneUpstreamTakesNothingFromAnother() {
        spend(chat, at: .zero)
        #expect(budget.take(.lost, of: chat, at: .zero) == .leaveOut(toldIn: .seconds(1)))
        spend(other, at: .zero)
        #expect(budget.take(.lost, of: other, at: .zero) == .leaveOut(toldIn: nil))
        #expect(budget.close(at: .seconds(1)).count == 2)
    }

    @Test mutating func upstreamsPastThoseThatAreToldApartAreOne() {
        for number in 0..<LineBudget.maxUpstreams {
            #expect(budget.take(.failed, of: .uri("ws://\(number)/"), at: .zero) == .write)
        }
        for number in 0..<LineBudget.maxLines {
            #expect(budget.take(.failed, of: .uri("ws://more-\(number)/"), at: .zero) == .write)
        }
        #expect(budget.take(.failed, of: .uri("ws://last/"), at: .zero) == .leaveOut(toldIn: .seconds(1)))
        // Those that came first are told apart still.
        #expect(budget.take(.failed, of: .uri("ws://0/"), at: .zero) == .write)
        #expect(budget.close(at: .seconds(1)) == [LineBudget.LeftOut(upstream: nil, counts: [.failed: 1])])
    }
}
