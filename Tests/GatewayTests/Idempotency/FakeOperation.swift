import Gateway
import HTTPCore
import HTTPTypes
import Synchronization

/// An operation that a test lets come out.
final class FakeOperation: KeyedOperation {
    /// What is kept of it once it has begun.
    private struct Begun: BegunOperation {
        let operation: FakeOperation

        func resume(_ wait: Wait) throws(Problem) -> Answer { operation.resume(wait) }
        var outlivesClients: Bool { operation.outlivesClients }
        var late: Problem { operation.late }
    }

    private struct State {
        var begins = 0
        var resumes = 0
        var promises: [ResponsePromise] = []
        var isBegun = false
    }

    typealias Action = @Sendable (Wait) throws(Problem) -> Answer

    private let state = Mutex(State())
    private let isResumable: Bool
    private let action: Action?
    let outlivesClients: Bool

    /// Without an `action` it is waited for.
    init(isResumable: Bool = true, outlivesClients: Bool = false, _ action: Action? = nil) {
        self.isResumable = isResumable
        self.outlivesClients = outlivesClients
        self.action = action
    }

    var begins: Int { state.withLock { $0.begins } }
    var resumes: Int { state.withLock { $0.resumes } }
    /// What was handed out to wait for, last.
    var promise: ResponsePromise? { state.withLock { $0.promises.last } }
    var begun: (any BegunOperation)? { state.withLock { $0.isBegun } ? Begun(operation: self) : nil }

    var late: Problem {
        Problem("late", .gatewayTimeout, title: "Late", detail: "begun: \(isBegun)", retryable: true)
    }

    func begin(_ wait: Wait) throws(Problem) -> Answer {
        state.withLock { $0.begins += 1 }
        if let action { return try action(wait) }
        return handOut(ResponsePromise(requestID: "operation"))
    }

    private func resume(_ wait: Wait) -> Answer {
        state.withLock { $0.resumes += 1 }
        return handOut(ResponsePromise(requestID: "operation"))
    }

    private func handOut(_ promise: ResponsePromise) -> Answer {
        state.withLock { state in
            state.promises.append(promise)
            state.isBegun = isResumable
        }
        return .later(promise)
    }
}
