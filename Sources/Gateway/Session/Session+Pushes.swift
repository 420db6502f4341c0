package import HTTPCore
package import PhoenixChannels

/// Pushes and their replies.
extension Session {
    /// Sends a message to a channel, once; waits for the reply when asked to.
    package func push(
        _ topic: String, _ event: String, _ payload: Payload, errorsAre200: Bool, _ wait: Wait
    ) throws(Problem) -> Answer {
        try request { state, effects throws(Problem) -> Answer in
            guard case .connected = state.phase, let connection = state.connection else {
                throw .notConnected(state.word).with("topic", topic)
            }
            guard let joined = state.topics[topic], joined.state == .joined else {
                throw .notJoined(topic, state: state.topics[topic]?.state.rawValue)
            }
            guard wait.hasRoom else { throw .tooManyWait.with("sent", false) }
            guard wait.duration == nil || state.replies.hasRoom else {
                throw .tooManyRequests(
                    "\(ReplyTable.maxAwaited) requests wait for replies on this session; nothing was sent."
                )
                .with("sent", false)
            }
            let cursor = state.log.latest
            let (ref, wake) = try Self.send(topic, event, payload, on: connection)
            effects.wake(wake)
            let forgotten = state.replies.add(ref, topic: topic, cursor: cursor)
            if !forgotten.isEmpty { connection.forget(forgotten) }
            guard let duration = wait.duration else {
                return wait.now(.accepted(ref: state.log.name(of: ref), cursor: cursor, session: state.url))
            }
            let waiter = self.register(wait, duration, at: .reply(ref), &state)
            state.replies.wait(ReplyWaiter(waiter: waiter, form: .push(errorsAre200: errorsAre200)), for: ref)
            return .later(waiter.promise)
        }
    }

    /// A push's reply, as often as asked while the log keeps it.
    package func reply(named name: String, _ wait: Wait) throws(Problem) -> Answer {
        try request { state, _ throws(Problem) -> Answer in
            state.replies.forget(state.log.expire(at: self.logTime))
            guard let ref = state.log.ref(named: name), let outcome = state.replies[ref] else {
                throw .notFound("The session has no push '\(name)', or no longer keeps its reply.")
            }
            switch outcome {
            case .answered(let sequence):
                guard let entry = state.log[sequence] else {
                    throw .notFound("The session no longer keeps the reply to '\(name)'.")
                }
                return wait.now(.replyResource(entry, ref: name))
            case .lost(let loss):
                throw .replyLost(ref: name, loss)
            case .pending:
                guard let duration = wait.duration else { throw .replyTimeout(ref: name) }
                guard wait.hasRoomToRead else { throw .tooManyWait }
                guard state.replies.hasRoom else {
                    throw .tooManyRequests("\(ReplyTable.maxAwaited) requests wait for replies on this session.")
                }
                let waiter = self.register(wait, duration, at: .reply(ref), &state)
                state.replies.wait(ReplyWaiter(waiter: waiter, form: .resource), for: ref)
                return .later(waiter.promise)
            }
        }
    }

    private static func send(
        _ topic: String, _ event: String, _ payload: Payload, on connection: any ChannelClient
    ) throws(Problem) -> (ref: Ref, wake: Wake) {
        do throws(CommandError) {
            return try connection.push(topic, event: event, payload: payload)
        } catch {
            throw .command(error, topic: topic)
        }
    }
}
