import Dispatch
import HTTPCore
import HTTPTypes
import Synchronization
import Testing

@Suite struct ResponsePromiseTests {
    private final class Log: Sendable {
        let seen = Mutex<[String]>([])
        func add(_ text: String) { seen.withLock { $0.append(text) } }
        var all: [String] { seen.withLock { $0 } }
    }

    private func observe(_ promise: ResponsePromise, _ log: Log) {
        promise.onOutcome { outcome in
            switch outcome {
            case .fulfilled(let response): log.add("answered \(response.status.code)")
            case .abandoned: log.add("abandoned")
            }
        }
        promise.onAbandon { log.add("dropped") }
    }

    @Test func theFirstAnswerCounts() {
        let log = Log()
        let promise = ResponsePromise(requestID: "r")
        observe(promise, log)
        #expect(promise.fulfill(.json([])))
        #expect(!promise.fulfill(.json([], status: .created)))
        #expect(!promise.abandon())
        #expect(log.all == ["answered 200"])
    }

    @Test func anAnswerBeforeItsObserverIsSeen() {
        let log = Log()
        let promise = ResponsePromise(requestID: "r", headers: [.preferenceApplied: "wait=1"])
        promise.fail(Problem("x", .notFound, title: "", detail: ""))
        promise.onOutcome { outcome in
            guard case .fulfilled(let response) = outcome else { return }
            log.add("\(response.status.code) \(response.headers[.preferenceApplied] ?? "")")
        }
        #expect(log.all == ["404 wait=1"])
    }

    @Test func aClientThatGoesDropsTheWaiter() {
        let log = Log()
        let promise = ResponsePromise(requestID: "r")
        observe(promise, log)
        #expect(promise.abandon())
        #expect(!promise.fulfill(.json([])))
        #expect(log.all == ["dropped", "abandoned"])
        let gone = ResponsePromise(requestID: "r")
        gone.abandon()
        observe(gone, log)
        #expect(log.all == ["dropped", "abandoned", "abandoned", "dropped"])
    }

    @Test func exactlyOneOutcomeIsSeenHoweverManyRace() {
        for _ in 0..<200 {
            let log = Log()
            let promise = ResponsePromise(requestID: "r")
            DispatchQueue.concurrentPerform(iterations: 4) { index in
                switch index {
                case 0: promise.onOutcome { _ in log.add("outcome") }
                case 1: promise.fulfill(.json([]))
                case 2: promise.abandon()
                default: promise.fail(Problem("x", .gone, title: "", detail: ""))
                }
            }
            #expect(log.all == ["outcome"])
        }
    }
}
