import HTTPCore
import HTTPTypes

/// Who is in a topic, at once or when that changes.
extension Session {
    /// The state of a topic's presence, if it is another version than those known; waits for one.
    func presence(of topic: String, unless known: EntityTags, _ wait: Wait) throws(Problem) -> Answer {
        try request { state, _ throws(Problem) -> Answer in
            guard state.topics[topic] != nil else {
                throw .topicNotFound(topic)
            }
            let known = known.resolved(state.presences[topic]?.tag)
            let response = state.presenceResponse(topic, unless: known)
            if let response, response.status == .ok { return wait.now(response) }
            guard let duration = wait.duration else {
                guard let response else { throw state.noPresence(topic, hasWaited: false) }
                return wait.now(response)
            }
            guard wait.hasRoomToRead else { throw .tooManyWait }
            try state.requireRoomToWait()
            let waiter = self.register(wait, duration, at: .presence(topic), &state)
            state.presences[topic, default: TopicPresence()].readers.append(
                TopicPresence.Reader(waiter: waiter, known: known))
            return .later(waiter.promise)
        }
    }

    /// Has the waiting thread answer those who wait for a presence that has changed.
    func schedulePresences(_ state: inout SessionState, _ effects: inout Effects) {
        guard !state.changedPresences.isEmpty else { return }
        let isAwaited = state.changedPresences.contains { state.presences[$0]?.readers.isEmpty == false }
        guard isAwaited else {
            state.changedPresences = []
            return
        }
        effects.then { self.deadlines.time.perform { self.servePresences() } }
    }

    private func servePresences() {
        locked { state, effects in
            for topic in state.changedPresences {
                guard let presence = state.presences[topic], let tag = presence.tag,
                    presence.readers.contains(where: { !$0.known.contains(tag) }),
                    let response = presence.response(topic)
                else { continue }
                for reader in presence.readers where !reader.known.contains(tag) {
                    effects.complete(reader.waiter) { $0.fulfill(response) }
                }
                state.presences[topic]?.readers = presence.readers.filter { $0.known.contains(tag) }
            }
            state.changedPresences = []
        }
    }
}
