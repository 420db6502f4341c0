import Synchronization

/// What becomes of a request by its head alone.
package enum Admission: Sendable {
    /// It is let in: the same request, with what was found out on the way.
    case admitted(Request)
    /// This is its answer; its body isn't looked at.
    case answered(Response)
}

/// An admission that takes a moment: kept at most once, by whoever comes first.
package final class AdmissionPromise: Sendable {
    private enum State {
        case pending(observer: (@Sendable (Admission) -> Void)?)
        case kept(Admission)
    }

    private let requestID: String
    private let state = Mutex(State.pending(observer: nil))

    package init(requestID: String) {
        self.requestID = requestID
    }

    package func keep(_ admission: Admission) {
        let observer: (@Sendable (Admission) -> Void)? = state.withLock { state in
            guard case .pending(let observer) = state else { return nil }
            state = .kept(admission)
            return observer
        }
        observer?(admission)
    }

    /// Answers the request with a problem that isn't the responder's.
    package func refuse(_ problem: Problem) { keep(.answered(problem.response(requestID: requestID))) }

    /// Sees the admission: at once when it is there, else when it comes.
    ///
    /// One observer: the server.
    package func onOutcome(_ observer: @escaping @Sendable (Admission) -> Void) {
        let kept: Admission? = state.withLock { state in
            if case .kept(let admission) = state { return admission }
            state = .pending(observer: observer)
            return nil
        }
        if let kept { observer(kept) }
    }
}
