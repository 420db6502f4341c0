import HTTPCore
import HTTPTypes
import PhoenixChannels

/// How presences follow the messages, and how those who wait for a change are answered.
extension SessionState {
    /// Reads that wait on the session, and open streams.
    var waitingReads: Int {
        readers.count + streams.count + presences.values.reduce(0) { $0 + $1.readers.count }
    }

    /// Throws when as many reads wait, and streams are open, as may.
    func requireRoomToWait() throws(Problem) {
        guard waitingReads < Reader.maxWaiting else {
            throw .tooManyRequests("\(Reader.maxWaiting) reads wait on this session, open streams among them.")
        }
    }

    /// Takes a message that goes into the log next, if it is about presence.
    mutating func notePresence(_ topic: String, _ event: String, _ payload: Payload) {
        guard event == Presence.stateEvent || event == Presence.diffEvent, topics[topic] != nil else { return }
        let cursor = log.cursor(log.last + 1)
        let others = presences.reduce(0) { $0 + ($1.key == topic ? 0 : $1.value.byteCount) }
        let room = max(0, TopicPresence.maxSessionBytes - others)
        if presences[topic, default: TopicPresence()].received(event, payload, at: cursor, room: room) {
            changedPresences.insert(topic)
        }
    }

    /// What there is for a request that has the versions `known`: the state, or that it hasn't changed.
    func presenceResponse(_ topic: String, unless known: EntityTags) -> Response? {
        guard let presence = presences[topic], let tag = presence.tag else { return nil }
        guard !known.contains(tag) else { return Response(status: .notModified, headers: [.eTag: tag]) }
        return presence.response(topic)
    }

    /// A wait for another version is over.
    mutating func timeOutPresence(_ id: UInt64, of topic: String, _ effects: inout Effects) {
        guard let reader = takePresenceWaiter(id, of: topic) else { return }
        let response = presenceResponse(topic, unless: reader.known)
        let problem = noPresence(topic, hasWaited: true)
        effects.complete(reader.waiter) { promise in
            if let response { promise.fulfill(response) } else { promise.fail(problem) }
        }
    }

    /// Why nothing is known of who is in a topic.
    func noPresence(_ topic: String, hasWaited: Bool) -> Problem {
        if presences[topic]?.isTooLarge == true { return .presenceTooLarge(topic) }
        switch loss(of: topic) {
        case .topic: return .noPresence(topic, .join)
        case .connection: return .noPresence(topic, .connect)
        case nil: return .noPresence(topic, hasWaited ? .waitLonger : .wait)
        }
    }

    mutating func takePresenceWaiter(_ id: UInt64, of topic: String) -> TopicPresence.Reader? {
        guard let index = presences[topic]?.readers.firstIndex(where: { $0.waiter.id == id }) else { return nil }
        return presences[topic]?.readers.remove(at: index)
    }

    /// The session ends: at drain those who wait get what there is, else `problem`.
    mutating func endPresences(_ reason: EndReason, _ problem: Problem, _ effects: inout Effects) {
        for (topic, presence) in presences {
            for reader in presence.readers {
                let response = reason == .draining ? presenceResponse(topic, unless: reader.known) : nil
                effects.complete(reader.waiter) { promise in
                    if let response { promise.fulfill(response) } else { promise.fail(problem) }
                }
            }
        }
        presences = [:]
    }
}

extension Problem {
    static func presenceTooLarge(_ topic: String) -> Problem {
        Problem.notFound(
            "Who is in the topic '\(topic)' is not kept: its presence_state is more than the "
                + "\(TopicPresence.maxSessionBytes) bytes that a session keeps of all its topics. It is in the log as a message."
        )
        .with("topic", topic)
    }

    /// What makes a presence known.
    enum PresenceAdvice: CaseIterable {
        case join, connect, wait, waitLonger
    }

    static func noPresence(_ topic: String, _ advice: PresenceAdvice) -> Problem {
        let words =
            switch advice {
            case .join: "it is not joined. Join it first."
            case .connect: "the session is not connected, and does not connect again by itself. POST to its /connect."
            case .wait: "its channel has sent no presence_state since it was joined. With ?wait=10s it is waited for."
            case .waitLonger:
                "its channel has sent no presence_state since it was joined, nor before the wait was over. Ask again if "
                    + "it uses Phoenix.Presence: others never send any."
            }
        return Problem.notFound("Nothing is known of who is in the topic '\(topic)': \(words)").with("topic", topic)
    }
}
