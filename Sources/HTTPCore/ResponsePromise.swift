package import HTTPTypes
import Synchronization

/// A response that will be there later: kept at most once, by whoever comes first.
///
/// The handler that made it keeps it with `fulfill` from any thread; the server waits for it with `onOutcome`, and says
/// `abandon` when the client has gone. Whatever the order, exactly one outcome is seen, and each closure runs once, on
/// the thread that brought the outcome about and with no lock held.
package final class ResponsePromise: Sendable, Equatable {
    package enum Outcome: Sendable {
        case fulfilled(Response)
        /// The client has gone: there is nobody to answer.
        case abandoned
    }

    /// What runs when it is settled.
    private struct Actions {
        var observer: (@Sendable (Outcome) -> Void)?
        var abandoned: (@Sendable () -> Void)?
        var ended: (@Sendable (Outcome) -> Void)?
    }

    private enum State {
        case pending(Actions)
        case done(Outcome)
    }

    /// The id of the request that is answered: the `instance` of a problem.
    package let requestID: String
    /// Headers that the answer has, whatever it is.
    private let headers: HTTPFields
    /// What a problem that it fails with says besides.
    private let amend: (@Sendable (Problem) -> Problem)?
    private let state = Mutex<State>(.pending(Actions()))
    private let routeNumber = Atomic<Int>(noRoute)
    private let principalName = Mutex<String?>(nil)

    private static let noRoute = -1

    package init(
        requestID: String, headers: HTTPFields = [:], amend: (@Sendable (Problem) -> Problem)? = nil
    ) {
        self.requestID = requestID
        self.headers = headers
        self.amend = amend
    }

    package static func == (left: ResponsePromise, right: ResponsePromise) -> Bool { left === right }

    /// The number of the template of the route that gave it; nil where none did.
    package var route: Int? {
        let number = routeNumber.load(ordering: .relaxed)
        return number == Self.noRoute ? nil : number
    }

    func setRoute(_ number: Int) { routeNumber.store(number, ordering: .relaxed) }

    /// The name of the principal whose request is answered; nil of one that nobody asked who it is, or not yet.
    package var principal: String? { principalName.withLock { $0 } }

    func setPrincipal(_ name: String) { principalName.withLock { $0 = name } }

    /// What is known of the other's request is known of this one's.
    private func inherit(from other: ResponsePromise) {
        if let route = other.route { setRoute(route) }
        if let principal = other.principal { setPrincipal(principal) }
    }

    /// Whether somebody waits for it still.
    package var isPending: Bool {
        state.withLock { state in
            switch state {
            case .pending: true
            case .done: false
            }
        }
    }

    /// Answers the request.
    ///
    /// - Returns: false when it was answered before, or its client has gone: the response is then dropped.
    @discardableResult
    package func fulfill(_ response: Response) -> Bool {
        deliver(response.addressed(to: requestID))
    }

    private func deliver(_ response: Response) -> Bool {
        guard !headers.isEmpty else { return settle(.fulfilled(response)) }
        var response = response
        response.headers.append(contentsOf: headers)
        return settle(.fulfilled(response))
    }

    /// Answers the request with a problem document.
    @discardableResult
    package func fail(_ problem: Problem) -> Bool {
        deliver((amend?(problem) ?? problem).response(requestID: requestID))
    }

    /// Answers the request with a problem that isn't the handler's: it is answered, and the closure given to `onAbandon`
    /// runs too, since the handler's answer won't be heard.
    @discardableResult
    package func refuse(_ problem: Problem) -> Bool {
        settle(.fulfilled(problem.response(requestID: requestID)), isAbandoned: true)
    }

    /// Says that the client has gone.
    ///
    /// The closure given to `onAbandon` runs, so that what waits for it is dropped.
    @discardableResult
    package func abandon() -> Bool {
        settle(.abandoned, isAbandoned: true)
    }

    /// Answers the request with another answer, changed by `change`, as soon as that is there; who abandons this promise
    /// abandons that one.
    ///
    /// It is the other's observer, and this one's action.
    package func follow(
        _ answer: Answer, _ change: @escaping @Sendable (Response) -> Response = { $0 },
        abandoned: @escaping @Sendable () -> Void = {}
    ) {
        switch answer {
        case .now(let response): fulfill(change(response))
        case .later(let other):
            inherit(from: other)
            onAbandon { other.abandon() }
            other.onOutcome { outcome in
                // It may have been found out since, as a token's principal is that had to be verified.
                self.inherit(from: other)
                switch outcome {
                case .fulfilled(let response): self.fulfill(change(response))
                case .abandoned:
                    abandoned()
                    self.abandon()
                }
            }
        }
    }

    /// Sees the outcome: at once when it is there, else when it comes.
    ///
    /// One observer: the server.
    package func onOutcome(_ observer: @escaping @Sendable (Outcome) -> Void) {
        if let outcome = add({ $0.observer = observer }) { observer(outcome) }
    }

    /// Runs `action` once there is an outcome, behind the observer: at once when there is.
    ///
    /// One action: who counts what waits.
    package func onEnd(_ action: @escaping @Sendable (Outcome) -> Void) {
        if let outcome = add({ $0.ended = action }) { action(outcome) }
    }

    /// Runs `action` when the client goes before the answer: at once when it has.
    ///
    /// One action: the handler's.
    package func onAbandon(_ action: @escaping @Sendable () -> Void) {
        if case .abandoned = add({ $0.abandoned = action }) { action() }
    }

    /// Adds what is to run; the outcome, when it is there already.
    private func add(_ change: (inout Actions) -> Void) -> Outcome? {
        state.withLock { state in
            switch state {
            case .pending(var actions):
                change(&actions)
                state = .pending(actions)
                return nil
            case .done(let outcome): return outcome
            }
        }
    }

    private func settle(_ outcome: Outcome, isAbandoned: Bool = false) -> Bool {
        let settled: Actions? = state.withLock { state in
            guard case .pending(let actions) = state else { return nil }
            state = .done(outcome)
            return actions
        }
        guard let settled else {
            // Nobody will read what its stream's writer writes.
            if case .fulfilled(let response) = outcome { response.stream?.abandon() }
            return false
        }
        if isAbandoned { settled.abandoned?() }
        settled.observer?(outcome)
        settled.ended?(outcome)
        return true
    }
}
