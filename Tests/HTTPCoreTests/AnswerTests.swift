import HTTPCore
import Synchronization
import Testing

/// How one answer is made of another.
@Suite final class AnswerTests: Sendable {
    private let inner = ResponsePromise(requestID: "inner")
    private let seen = Mutex<Response?>(nil)

    private func shouted(_ answer: Answer) -> Answer {
        answer.map { response in
            var response = response
            response.body += Array("!".utf8)
            return response
        }
    }

    private func see(_ answer: Answer) -> ResponsePromise? {
        switch answer {
        case .now(let response):
            seen.withLock { $0 = response }
            return nil
        case .later(let promise):
            promise.onOutcome { outcome in
                guard case .fulfilled(let response) = outcome else { return }
                self.seen.withLock { $0 = response }
            }
            return promise
        }
    }

    private var text: String? { seen.withLock { $0 }.map { String(decoding: $0.body, as: UTF8.self) } }

    @Test func anAnswerThatIsThereIsChangedAtOnce() {
        #expect(see(shouted(.now(.text("a")))) == nil)
        #expect(text == "a!")
    }

    @Test func oneThatComesLaterIsChangedAsItComes() {
        let promise = see(shouted(.later(inner)))
        #expect(promise?.requestID == "inner" && text == nil)
        inner.fulfill(.text("a"))
        #expect(text == "a!")
    }

    @Test func oneThatIsKeptAlreadyIsChangedAtOnce() {
        inner.fulfill(.text("a"))
        _ = see(shouted(.later(inner)))
        #expect(text == "a!")
    }

    @Test func abandonedItAbandonsWhatItIsMadeOf() {
        see(shouted(.later(inner)))?.abandon()
        #expect(inner.fulfill(.text("a")) == false)
        #expect(text == nil)
    }

    @Test func aPromiseFollowsAnAnswerAsItIs() {
        let promise = ResponsePromise(requestID: "outer")
        _ = see(.later(promise))
        promise.follow(.later(inner))
        inner.fulfill(.text("a"))
        #expect(text == "a")
    }

    @Test func aPromiseAbandonedBeforeItFollowsAbandonsAtOnce() {
        let promise = ResponsePromise(requestID: "outer")
        promise.abandon()
        promise.follow(.later(inner))
        #expect(inner.fulfill(.text("a")) == false)
    }
}
