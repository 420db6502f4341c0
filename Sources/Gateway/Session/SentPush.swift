import HTTPCore

/// A push that was sent under an `Idempotency-Key`, whose reply can be waited for.
struct SentPush: BegunOperation {
    let session: Session
    let form: ReplyForm
    let sent: OutgoingPush.Sent

    func resume(_ wait: Wait) throws(Problem) -> Answer {
        try session.awaitReply(to: sent, form, wait.ifAsked)
    }

    /// A wait that the request didn't ask for was for the join, which is over.
    func waits(_ wait: Wait) -> Bool { wait.ifAsked.duration != nil }

    var late: Problem { .replyTimeoutUnderKey(ref: sent.name, cursor: sent.cursor) }
}
