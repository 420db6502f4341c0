import HTTPCore
import PhoenixChannels

/// What the connection tells: logged, applied to the topics, and answered to those who wait for it.
extension SessionState {
    mutating func apply(_ event: ConnectionEvent, at time: Int64, _ effects: inout Effects) {
        switch event {
        case .connected:
            append(.connected(attempt: 1), at: time)
            phase = .connected
            joinListedTopics(&effects)
        case .connectFailed(let error):
            append(.connectFailed(error, attempt: 1), at: time)
            phase = .disconnected(.connectFailed(error))
            connectionEnded(&effects, creation: .connectFailed(error))
        case .disconnected(let end):
            append(.disconnected(end), at: time)
            phase = .disconnected(.lost(end))
            connectionEnded(&effects, creation: .notConnected("disconnected"))
        case .message(let topic, let name, let payload):
            append(.message(topic: topic, event: name, payload: payload), at: time)
        case .replied(let topic, let ref, let reply):
            append(.reply(topic: topic, ref: ref, reply), at: time)
            replied(ref, reply, at: time, &effects)
        case .replyLost(_, let ref, let loss):
            let name = log.name(of: ref)
            for waiting in replies.lose(ref, loss) {
                effects.complete(waiting.waiter) { $0.fail(.replyLost(ref: name, loss)) }
            }
        case .joined, .joinFailed, .left, .topicClosed, .topicError:
            applyToTopic(event, at: time, &effects)
        }
    }

    private mutating func replied(_ ref: Ref, _ reply: Reply, at time: Int64, _ effects: inout Effects) {
        let name = log.name(of: ref)
        guard let entry = log[log.last], let (cursor, waiters) = replies.answer(ref, sequence: entry.sequence) else {
            return
        }
        for waiting in waiters {
            switch waiting.form {
            case .push(let errorsAre200):
                effects.complete(waiting.waiter) { promise in
                    if reply.status == "error", !errorsAre200 {
                        promise.fail(.pushRejected(ref: name, cursor: cursor, reply))
                    } else {
                        promise.fulfill(.reply(reply, ref: name, cursor: cursor))
                    }
                }
            case .resource:
                effects.complete(waiting.waiter) { $0.fulfill(.replyResource(entry, ref: name)) }
            }
        }
    }

    private mutating func applyToTopic(_ event: ConnectionEvent, at time: Int64, _ effects: inout Effects) {
        switch event {
        case .joined(let topic, let response):
            let before = log.latest
            append(.joined(topic: topic, response: response), at: time)
            topics[topic]?.state = .joined
            topics[topic]?.response = response
            answerJoin(topic, before, &effects)
            creationProgressed(topic, &effects)
        case .joinFailed(let topic, let failure):
            append(.joinFailed(topic: topic, failure), at: time)
            settle(topic, failure.isFinal ? .rejected : .errored, .joinFailed(topic, failure), &effects)
            failCreation(.joinFailed(topic, failure), &effects)
        case .left(let topic):
            append(.left(topic: topic), at: time)
            leaveDone(topic, .left, &effects)
        case .topicClosed(let topic):
            append(.topicClosed(topic: topic), at: time)
            leaveDone(topic, .closed, &effects)
        case .topicError(let topic, let payload):
            append(.topicError(topic: topic, payload: payload), at: time)
            leaveDone(topic, .errored, &effects)
        case .connected, .connectFailed, .disconnected, .message, .replied, .replyLost:
            break
        }
    }

    /// Without a connection there are no channels: those joined are errored, leaves are done, joins have failed.
    private mutating func connectionEnded(_ effects: inout Effects, creation problem: Problem) {
        failCreation(problem, &effects)
        for name in topicOrder {
            switch topics[name]?.state {
            case .joining: settle(name, .errored, problem.with("topic", name), &effects)
            case .joined: settle(name, .errored, problem, &effects)
            case .leaving: leaveDone(name, .left, &effects)
            case nil, .left, .closed, .errored, .rejected: break
            }
        }
    }

    private mutating func joinListedTopics(_ effects: inout Effects) {
        for name in topicOrder {
            guard let topic = topics[name], topic.state == .joining else { continue }
            guard !hasEnded else { return }
            startJoin(name, topic.params, &effects)
        }
        if creation?.missing.isEmpty == true { completeCreation(&effects) }
    }

    private mutating func creationProgressed(_ topic: String, _ effects: inout Effects) {
        creation?.missing.remove(topic)
        if creation?.missing.isEmpty == true { completeCreation(&effects) }
    }
}

extension JoinFailure {
    /// Whether the server has said no, and not just failed to say yes.
    fileprivate var isFinal: Bool {
        switch self {
        case .rejected, .unmatchedTopic, .tooManyChannels: true
        case .lost: false
        }
    }
}
