import HTTPCore
import Synchronization

/// A call under an `Idempotency-Key`: a repeat waits for what was pushed, and never pushes a second time.
final class KeyedCall: KeyedOperation, BegunOperation {
    private let make: @Sendable (Wait) -> Call
    private let call = Mutex<Call?>(nil)

    init(_ make: @escaping @Sendable (Wait) -> Call) {
        self.make = make
    }

    func begin(_ wait: Wait) throws(Problem) -> Answer {
        let call = make(wait)
        self.call.withLock { $0 = call }
        return call.start()
    }

    var begun: (any BegunOperation)? { current?.isBegun == true ? self : nil }

    func resume(_ wait: Wait) throws(Problem) -> Answer {
        guard let answer = try current?.resume(wait) else { return try begin(wait) }
        return answer
    }

    var outlivesClients: Bool { true }

    /// A call goes on being the whole call.
    var holdsBody: Bool { true }

    var late: Problem { current?.late ?? .connectTimeout(sessionKept: false).ofCall(.connect) }

    /// How far it has come is known only as long as it goes on.
    func giveUp(_ promise: ResponsePromise) -> Problem? {
        let problem = late
        guard promise.abandon() else { return nil }
        // It may have pushed meanwhile.
        return isBegun ? late : problem
    }

    private var current: Call? { call.withLock { $0 } }
}
