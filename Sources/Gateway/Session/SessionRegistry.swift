import DequeModule
package import HTTPCore
import Synchronization

/// All sessions by their id, and for a while those that have ended.
package final class SessionRegistry: Sendable {
    private struct State {
        var sessions: [SessionID: Session] = [:]
        var ended: [SessionID: (reason: EndReason, at: Duration)] = [:]
        var endedOrder = Deque<SessionID>()
        var isDraining = false
    }

    /// How long an ended session's id says so.
    static let memory = Duration.seconds(600)
    /// Ended sessions that are remembered at the most.
    static let maxEnded = 10_000

    /// What the sessions' logs hold together.
    let memory: LogMemory
    private let maxSessions: Int
    private let time: any TimeSource
    private let state = Mutex(State())

    package init(maxSessions: Int, memory: LogMemory, time: any TimeSource) {
        self.maxSessions = maxSessions
        self.memory = memory
        self.time = time
    }

    package var isDraining: Bool { state.withLock { $0.isDraining } }
    package var count: Int { state.withLock { $0.sessions.count } }

    /// Throws when no further session would be taken.
    package func requireRoom() throws(Problem) {
        guard count < maxSessions else { throw .capacity(maxSessions) }
        try memory.requireRoom()
    }

    package func insert(_ session: Session) throws(Problem) {
        try state.withLock { state throws(Problem) in
            if state.isDraining { throw .draining }
            try memory.requireRoom()
            guard state.sessions.count < maxSessions else { throw .capacity(maxSessions) }
            state.sessions[session.id] = session
        }
    }

    package func find(_ id: String) throws(Problem) -> Session {
        let id = SessionID(named: id)
        return try state.withLock { state throws(Problem) in
            if let session = state.sessions[id] { return session }
            guard let reason = endReason(of: id, &state) else { throw .sessionNotFound }
            throw .sessionEnded(reason)
        }
    }

    /// Ends a session; true also for one that was deleted and is still remembered.
    package func delete(_ id: String) throws(Problem) {
        let name = SessionID(named: id)
        let session = try state.withLock { state throws(Problem) -> Session? in
            if let session = state.sessions[name] { return session }
            guard endReason(of: name, &state) != nil else { throw .sessionNotFound }
            return nil
        }
        session?.end(.deleted)
    }

    /// A session is no more; without a reason it never came to be, and is not remembered.
    package func remove(_ id: SessionID, _ reason: EndReason?) {
        state.withLock { state in
            state.sessions[id] = nil
            guard let reason else { return }
            state.ended[id] = (reason, time.now())
            state.endedOrder.append(id)
            if state.endedOrder.count > Self.maxEnded { forgetOldest(&state) }
        }
    }

    /// Takes no more sessions and ends those there are.
    package func drain() {
        let sessions = state.withLock { state in
            state.isDraining = true
            return Array(state.sessions.values)
        }
        for session in sessions { session.end(.draining) }
    }

    private func endReason(of id: SessionID, _ state: inout State) -> EndReason? {
        while let oldest = state.endedOrder.first, let end = state.ended[oldest], time.now() - end.at > Self.memory {
            forgetOldest(&state)
        }
        return state.ended[id]?.reason
    }

    private func forgetOldest(_ state: inout State) {
        guard let oldest = state.endedOrder.popFirst() else { return }
        state.ended[oldest] = nil
    }
}
