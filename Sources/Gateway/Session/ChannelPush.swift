import HTTPCore

/// A push under an `Idempotency-Key`: a repeat waits for the reply to what was sent, and never sends a second time.
struct ChannelPush: KeyedOperation {
    let session: Session
    let push: OutgoingPush

    func begin(_ wait: Wait) throws(Problem) -> Answer { try session.push(push, wait) }

    var sessionID: SessionID? { session.id }

    var isBegun: Bool { push.ticket.value != nil }

    func resume(_ wait: Wait) throws(Problem) -> Answer {
        guard let sent = push.ticket.value else { return try begin(wait) }
        let wait = push.isAnsweredOnceSent ? wait.standing(for: nil) : wait
        return try session.awaitReply(to: sent, push.form, wait)
    }

    var late: Problem {
        guard let sent = push.ticket.value else {
            return .joinTimeout(push.topic, sessionKept: true).with("sent", false)
        }
        return .replyTimeoutUnderKey(ref: sent.name, cursor: sent.cursor)
    }
}
