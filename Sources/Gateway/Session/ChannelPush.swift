import HTTPCore

/// A push under an `Idempotency-Key`: a repeat waits for the reply to what was sent, and never sends a second time.
struct ChannelPush: KeyedOperation {
    let session: Session
    let push: OutgoingPush

    func begin(_ wait: Wait) throws(Problem) -> Answer { try session.push(push, wait) }

    var sessionID: SessionID? { session.id }

    var begun: (any BegunOperation)? {
        push.ticket.value.map { SentPush(session: session, form: push.form, sent: $0) }
    }

    /// Once it is sent, as a request may find it while others wait, it is waited for as that.
    func waits(_ wait: Wait) -> Bool { begun?.waits(wait) ?? (wait.duration != nil) }

    var late: Problem {
        if let begun { return begun.late }
        let problem = Problem.joinTimeout(push.topic, sessionKept: true).with(sent: false)
        return push.queued?.value.map { problem.since($0) } ?? problem
    }
}
