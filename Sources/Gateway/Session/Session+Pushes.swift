package import HTTPCore
import PhoenixChannels

/// Pushes and their replies.
extension Session {
    /// Sends a message to a channel, once; waits for the reply when asked to.
    ///
    /// A topic that isn't joined is joined first where the push says so, within the same wait.
    package func push(_ push: OutgoingPush, _ wait: Wait) throws(Problem) -> Answer {
        try request { state, effects throws(Problem) -> Answer in
            guard case .connected = state.phase else { throw state.notConnected.with("topic", push.topic) }
            let topic = state.topics[push.topic]
            let isJoined = topic?.state == .joined
            if !isJoined, push.joining == nil {
                throw .notJoined(
                    push.topic, state: topic?.state.rawValue,
                    isRejoining: topic?.state == .joining || topic?.isRejoining == true)
            }
            let duration = isJoined && push.isAnsweredOnceSent ? nil : wait.duration
            guard duration == nil || wait.hasRoom else { throw wait.refusal.with(sent: false) }
            guard duration == nil || state.replies.hasRoom else {
                throw .tooManyRequests(
                    "\(ReplyTable.maxAwaited) requests wait for replies on this session; nothing was sent."
                )
                .with(sent: false)
            }
            guard isJoined else {
                let cursor = state.log.latest
                try state.requireJoin(push.topic, &effects)
                guard let duration else {
                    throw .joinTimeout(push.topic, sessionKept: true).with(sent: false).since(cursor)
                }
                push.queued?.set(cursor)
                let waiter = self.register(wait, duration, at: .push(push.topic), since: cursor, &state)
                state.replies.queue(QueuedPush(push: push, waiter: waiter))
                return .later(waiter.promise)
            }
            let sent = try state.send(push, since: state.log.latest, &effects)
            guard let duration else {
                return wait.now(.accepted(ref: sent.name, cursor: sent.cursor, session: state.url))
            }
            let waiter = self.register(wait, duration, at: .reply(sent.ref), &state)
            state.replies.wait(ReplyWaiter(waiter: waiter, form: push.form), for: sent.ref)
            return .later(waiter.promise)
        }
    }

    /// What a push came to: nil when nothing was written, definite once `send` has been called for it.
    func sent(_ push: OutgoingPush) -> OutgoingPush.Sent? {
        // It is written under this lock.
        peek { _ in push.ticket.value }
    }

    /// Waits on for the reply to a push that was sent; nothing is sent again.
    func awaitReply(to sent: OutgoingPush.Sent, _ form: ReplyForm, _ wait: Wait) throws(Problem) -> Answer {
        try request { state, _ throws(Problem) -> Answer in
            switch try self.lookUp(sent.ref, form, wait, &state) {
            case .answer(let answer): return answer
            case .pending: return wait.now(.accepted(ref: sent.name, cursor: sent.cursor, session: state.url))
            case nil:
                let forgotten = Problem.replyForgotten(ref: sent.name, cursor: sent.cursor)
                guard state.keepAgain(sent) else { throw forgotten }
                switch try self.lookUp(sent.ref, form, wait, &state) {
                case .answer(let answer): return answer
                case .pending: return wait.now(.accepted(ref: sent.name, cursor: sent.cursor, session: state.url))
                case nil: throw forgotten
                }
            }
        }
    }

    /// A push's reply, as often as asked while the log keeps it.
    package func reply(named name: String, _ form: ReplyForm, _ wait: Wait) throws(Problem) -> Answer {
        try request { state, _ throws(Problem) -> Answer in
            guard Cursor(name) == nil else { throw .cursorForRef(name) }
            let unknown = Problem.notFound("The session has no push '\(name)', or no longer keeps its reply.")
            guard let ref = state.log.ref(named: name) else { throw unknown }
            switch try self.lookUp(ref, form, wait, &state) {
            case .answer(let answer): return answer
            case .pending(let cursor): throw .replyTimeout(ref: name, cursor: cursor, isRead: true)
            case nil: throw unknown
            }
        }
    }

    private enum Lookup: Sendable {
        case answer(Answer)
        /// It has not come, and the request doesn't wait.
        case pending(Cursor)
    }

    /// What is known of a reply, or will be; nil for a push that is not known any more.
    private func lookUp(
        _ ref: Ref, _ form: ReplyForm, _ wait: Wait, _ state: inout SessionState
    ) throws(Problem) -> Lookup? {
        state.replies.forget(state.log.expire(at: logTime))
        let name = state.log.name(of: ref)
        switch state.replies[ref] {
        case .answered(let sequence, let cursor):
            guard let entry = state.log[sequence] else { return nil }
            return .answer(wait.now(try form.response(entry, ref: name, cursor: cursor)))
        case .lost(let loss, let cursor): throw .replyLost(ref: name, cursor: cursor, loss)
        case .pending(let cursor):
            guard let duration = wait.duration else { return .pending(cursor) }
            guard wait.hasRoomToRead else { throw wait.refusal }
            guard state.replies.hasRoom else {
                throw .tooManyRequests("\(ReplyTable.maxAwaited) requests wait for replies on this session.")
            }
            let waiter = register(wait, duration, at: .reply(ref), &state)
            state.replies.wait(ReplyWaiter(waiter: waiter, form: form), for: ref)
            return .answer(.later(waiter.promise))
        case nil: return nil
        }
    }
}
