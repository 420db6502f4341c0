import HTTPCore
import PhoenixChannels

/// How pushes are written, at once or when their topic is joined.
extension SessionState {
    /// Writes a push to the connection; `cursor` is the log's position before all that it causes, a join too.
    mutating func send(
        _ push: OutgoingPush, since cursor: Cursor, _ effects: inout Effects
    ) throws(Problem) -> OutgoingPush.Sent {
        guard let connection else { throw notConnected }
        guard push.ticket.take() else { throw .pushWithdrawn }
        do throws(CommandError) {
            let (ref, wake) = try connection.push(push.topic, event: push.event, payload: push.payload)
            effects.wake(wake)
            let sent = OutgoingPush.Sent(ref: ref, topic: push.topic, name: log.name(of: ref), cursor: cursor)
            push.ticket.set(sent)
            let forgotten = replies.add(ref, cursor: cursor)
            if !forgotten.isEmpty { connection.untrack(forgotten) }
            return sent
        } catch {
            push.ticket.release()
            throw .command(error, topic: push.topic, .notConnected("disconnected", outlook, at: url))
        }
    }

    /// Keeps a push again that was forgotten for others, as a request asks for its reply.
    ///
    /// - Returns: false when its reply was dropped since it came, or can't come any more.
    mutating func keepAgain(_ sent: OutgoingPush.Sent) -> Bool {
        guard let connection, replies.mayHaveForgotten(sent.ref), connection.track(sent.ref, on: sent.topic) else {
            return false
        }
        let forgotten = replies.keep(sent.ref, cursor: sent.cursor)
        if !forgotten.isEmpty { connection.untrack(forgotten) }
        return true
    }

    /// Has a topic joined that isn't: with the params it was last to be joined with, else with none.
    mutating func requireJoin(_ name: String, _ effects: inout Effects) throws(Problem) {
        let params = topics[name]?.next?.params ?? topics[name]?.params ?? .emptyObject
        switch topics[name]?.state {
        case .joining, .joined: return
        case .leaving: try queueJoin(name, params)
        case nil, .left, .closed, .errored, .rejected:
            guard topics[name] != nil || topics.count < spec.maxTopics else { throw .tooManyTopics(spec.maxTopics) }
            switch startJoin(name, params, &effects) {
            case .begun, .underWay: return
            case .refused(let problem): throw problem
            }
        }
    }

    /// The topic is joined: what waited for that is written, in the order in which it came.
    mutating func sendQueued(on topic: String, _ effects: inout Effects) {
        for queued in replies.takeQueued(on: topic) {
            do throws(Problem) {
                let sent = try send(queued.push, since: queued.waiter.since, &effects)
                if queued.push.isAnsweredOnceSent {
                    let response = Response.accepted(ref: sent.name, cursor: sent.cursor, session: url)
                    effects.complete(queued.waiter) { $0.fulfill(response) }
                } else {
                    replies.wait(ReplyWaiter(waiter: queued.waiter, form: queued.push.form), for: sent.ref)
                }
            } catch {
                effects.fail(queued.waiter, error)
            }
        }
    }

    /// The topic will not be joined: nothing is sent of what waited for that.
    mutating func failQueued(on topic: String, _ problem: Problem, _ effects: inout Effects) {
        for queued in replies.takeQueued(on: topic) {
            effects.fail(queued.waiter, problem.sayingUnsent)
        }
    }

    /// A push's wait is over: for the join, in which case it is not sent, or for the reply.
    mutating func timeOutPush(_ id: UInt64, on topic: String, _ effects: inout Effects) {
        if let waiter = replies.takeQueued(id, on: topic) {
            effects.fail(waiter, Problem.joinTimeout(topic, sessionKept: true).sayingUnsent)
        } else if let ref = replies.ref(awaitedBy: id) {
            timeOutReply(id, to: ref, &effects)
        }
    }

    /// The wait for a reply is over.
    mutating func timeOutReply(_ id: UInt64, to ref: Ref, _ effects: inout Effects) {
        guard let waiting = replies.take(id, of: ref), let cursor = replies.cursor(of: ref) else { return }
        let name = log.name(of: ref)
        let isRead = waiting.form.isResource
        effects.complete(waiting.waiter) { $0.fail(.replyTimeout(ref: name, cursor: cursor, isRead: isRead)) }
    }

    /// A push that waited for its join, or waits for its reply since, is no longer waited for.
    mutating func takePushWaiter(_ id: UInt64, on topic: String) -> Waiter? {
        if let waiter = replies.takeQueued(id, on: topic) { return waiter }
        return replies.ref(awaitedBy: id).flatMap { replies.take(id, of: $0)?.waiter }
    }
}

extension Problem {
    /// The same, saying that no push was sent.
    fileprivate var sayingUnsent: Problem {
        sent == nil ? with(sent: false) : self
    }
}
