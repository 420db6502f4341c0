/// What the server says.
extension SocketStateMachine {
    mutating func received(_ message: Message, at now: Duration) -> [ConnectionEvent] {
        guard link.isReceiving else { return [] }
        switch message.event {
        case "phx_reply": return replied(message, at: now)
        case "phx_close": return channelEnded(message, .channelClosed, at: now)
        case "phx_error": return channelEnded(message, .channelCrashed, at: now)
        default:
            guard channels[message.topic]?.machine.takes(joinRef: message.joinRef) == true else { return [] }
            return [.message(topic: message.topic, event: message.event, payload: message.payload)]
        }
    }

    private mutating func replied(_ message: Message, at now: Duration) -> [ConnectionEvent] {
        guard let ref = message.ref?.ref else { return [] }
        guard let reply = message.reply else { return malformedReply(message, ref, at: now) }
        if message.topic == Self.ownTopic {
            _ = heartbeat.replied(ref, at: now)
            return []
        }
        guard let flight = inFlight[ref] else { return repliedUnawaited(message, ref, reply, at: now) }
        guard flight.topic == message.topic else { return [] }
        inFlight[ref] = nil
        switch flight {
        case .join(let topic): return joinReplied(topic, reply, at: now)
        case .leave(let topic):
            guard channels[topic]?.machine.leaveReplied() == .left else { return [] }
            return end(of: topic, .left, .left(topic: topic))
        case .push(let topic):
            let told = ConnectionEvent.replied(topic: topic, ref: ref, reply)
            guard message.joinRef == nil, reply.isUnmatchedTopic else { return [told] }
            return [told] + lostByServer(topic, reply, at: now)
        }
    }

    /// What can't be read as a reply is dropped, as if it had not come, but for a join: that would wait for ever.
    private mutating func malformedReply(_ message: Message, _ ref: Ref, at now: Duration) -> [ConnectionEvent] {
        guard case .join(let topic) = inFlight[ref], topic == message.topic else { return [] }
        inFlight[ref] = nil
        return joinReplied(topic, nil, at: now)
    }

    /// The reply to a push for which nobody waits, or not any more, if the push belonged to the join that stands: it is told
    /// where the push is merely not kept, and what it says of the topic counts all the same.
    private mutating func repliedUnawaited(
        _ message: Message, _ ref: Ref, _ reply: Reply, at now: Duration
    ) -> [ConnectionEvent] {
        let machine = channels[message.topic]?.machine
        guard let joinRef = machine?.joinRef, ref > joinRef else { return [] }
        let told = ref <= untrackedThrough ? [ConnectionEvent.replied(topic: message.topic, ref: ref, reply)] : []
        guard message.joinRef == nil, reply.isUnmatchedTopic else {
            return message.joinRef?.ref == joinRef ? told : []
        }
        return machine == .joined(joinRef: joinRef) ? told + lostByServer(message.topic, reply, at: now) : told
    }

    /// The server knows of no such channel, though we were not told of its end.
    private mutating func lostByServer(_ topic: String, _ reply: Reply, at now: Duration) -> [ConnectionEvent] {
        switch channels[topic]?.machine {
        case .joined: return crashed(topic, reply.response, at: now)
        case .leaving: return end(of: topic, .left, .left(topic: topic))
        case .unjoined, .waiting, .joining, nil: return []
        }
    }

    private mutating func joinReplied(_ topic: String, _ reply: Reply?, at now: Duration) -> [ConnectionEvent] {
        switch channels[topic]?.machine.joinReplied(reply) {
        case .joined(let response, let rejoin):
            channels[topic]?.joinedAt = now
            return [.joined(topic: topic, response: response, rejoin: rejoin)]
        case .failed(let failure, let rejoin):
            channels[topic] = nil
            return [.joinFailed(topic: topic, failure, rejoin: rejoin)]
        case .ignored, nil: return []
        }
    }

    private mutating func channelEnded(
        _ message: Message, _ loss: ReplyLoss, at now: Duration
    ) -> [ConnectionEvent] {
        let topic = message.topic
        switch channels[topic]?.machine.ended(joinRef: message.joinRef) {
        case .joinFailed: return end(of: topic, loss, .joinFailed(topic: topic, .lost(loss), rejoin: nil))
        case .left: return end(of: topic, .left, .left(topic: topic))
        case .ended where loss == .channelCrashed: return crashed(topic, message.payload, at: now)
        case .ended: return end(of: topic, loss, .topicClosed(topic: topic))
        case .rejoinFailed where loss == .channelClosed:
            return end(of: topic, loss, .topicClosed(topic: topic))
        case .rejoinFailed(let reason) where rejoinPolicy == nil:
            return end(of: topic, loss, .joinFailed(topic: topic, .lost(loss), rejoin: reason))
        case .rejoinFailed(let reason):
            dropFlights(of: topic)
            waitToRejoin(topic, reason, at: now)
            return []
        case .ignored, nil: return []
        }
    }

    /// A channel has ended: its pushes in flight are lost, and then that is told.
    private mutating func end(of topic: String, _ loss: ReplyLoss, _ event: ConnectionEvent) -> [ConnectionEvent] {
        channels[topic] = nil
        let lost = lose(loss) { $0 == topic }
        dropFlights(of: topic)
        return lost + [event]
    }

    /// A channel has crashed: it ends, and is joined anew after a while.
    private mutating func crashed(_ topic: String, _ payload: Payload, at now: Duration) -> [ConnectionEvent] {
        let lost = lose(.channelCrashed) { $0 == topic }
        dropFlights(of: topic)
        if rejoinPolicy == nil {
            channels[topic] = nil
        } else {
            waitToRejoin(topic, .channelError, at: now)
        }
        return lost + [.topicError(topic: topic, payload: payload)]
    }

    private mutating func waitToRejoin(_ topic: String, _ reason: RejoinReason, at now: Duration) {
        guard let policy = rejoinPolicy, var channel = channels[topic] else { return }
        if let joinedAt = channel.joinedAt, now - joinedAt >= policy.stableAfter { channel.backoff.reset() }
        channel.joinedAt = nil
        channel.machine.wait(until: now + channel.backoff.next(&jitter), reason)
        channels[topic] = channel
    }

    private mutating func dropFlights(of topic: String) {
        for (ref, flight) in inFlight where flight.topic == topic { inFlight[ref] = nil }
    }
}

extension Reply {
    /// Whether the server says that it has no channel for the topic.
    fileprivate var isUnmatchedTopic: Bool {
        if case .unmatchedTopic = JoinFailure(self) { true } else { false }
    }
}
