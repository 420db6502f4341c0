import DequeModule
package import HTTPCore
import Synchronization

/// All sessions by their id and name, and for a while those that have ended.
package final class SessionRegistry: Sendable {
    /// A stretch of the list of sessions.
    struct Page {
        let sessions: [(number: UInt64, session: Session)]
        /// Whether there are sessions behind the last of these.
        let more: Bool
    }

    /// A name, for the principal that gave it.
    private struct Name: Hashable {
        let owner: String
        let text: String
    }

    private struct Entry {
        let session: Session
        /// In the order in which they were made: lists go by it.
        let number: UInt64
    }

    private struct End {
        let reason: EndReason
        let owner: String
        let name: Name?
        let at: Duration
    }

    private struct State {
        var sessions: [SessionID: Entry] = [:]
        var names: [Name: SessionID] = [:]
        var ended: [SessionID: End] = [:]
        /// The last that had a name, for names that no session has.
        var endedNames: [Name: SessionID] = [:]
        var endedOrder = Deque<SessionID>()
        var lastNumber: UInt64 = 0
        /// Whether it will drain soon.
        var isEnding = false
        var isDraining = false
    }

    /// How long an ended session's id says so.
    static let memory = Duration.seconds(600)
    /// Ended sessions that are remembered at the most.
    static let maxEnded = 10_000

    /// Names the numbers of this registry, so that a page's token is not taken for another one's.
    let epoch = Base62.random(Cursor.epochDigits)
    /// What the sessions' logs hold together.
    let memory: LogMemory
    private let node: String
    private let basePath: BasePath
    private let maxSessions: Int
    private let places: PrincipalPlaces
    private let time: any TimeSource
    private let state = Mutex(State())

    package init(
        node: String, basePath: BasePath, maxSessions: Int, places: PrincipalPlaces, memory: LogMemory,
        time: any TimeSource
    ) {
        self.node = node
        self.basePath = basePath
        self.maxSessions = maxSessions
        self.places = places
        self.memory = memory
        self.time = time
    }

    package var isDraining: Bool { state.withLock { $0.isDraining } }
    var isEnding: Bool { state.withLock { $0.isEnding || $0.isDraining } }
    package var count: Int { state.withLock { $0.sessions.count } }

    /// How many sessions are in each state.
    var counts: [(String, Int)] {
        let words = state.withLock { $0.sessions.values.map(\.session) }.map(\.word)
        return ["connecting", "connected", "disconnected"].map { word in (word, words.count { $0 == word }) }
    }

    /// Throws when no further session would be taken.
    package func requireRoom() throws(Problem) {
        guard count < maxSessions else { throw .capacity(maxSessions) }
        try memory.requireRoom()
    }

    package func insert(_ session: Session, of principal: Principal) throws(Problem) {
        try state.withLock { state throws(Problem) in try insert(session, principal, &state) }
    }

    /// Takes a session in, unless its principal has one with its name.
    ///
    /// - Returns: the session that has the name now.
    func claim(_ session: Session, _ name: String, of principal: Principal) throws(Problem) -> Session {
        try state.withLock { state throws(Problem) -> Session in
            let name = Name(owner: principal.name, text: name)
            if let id = state.names[name], let entry = state.sessions[id] { return entry.session }
            try insert(session, principal, &state)
            state.names[name] = session.id
            return session
        }
    }

    /// Frees the name of a session that has ended, and is about to be removed.
    func release(_ session: Session) {
        state.withLock { state in
            guard let name = Self.name(of: session), state.names[name] == session.id else { return }
            state.names[name] = nil
        }
    }

    private static func name(of session: Session) -> Name? {
        session.name.map { Name(owner: session.owner, text: $0) }
    }

    private func insert(_ session: Session, _ principal: Principal, _ state: inout State) throws(Problem) {
        if state.isDraining { throw .draining }
        try memory.requireRoom()
        guard state.sessions.count < maxSessions else { throw .capacity(maxSessions) }
        guard places.take(principal) else { throw .tooManySessions(places.quota(of: principal)) }
        state.lastNumber += 1
        state.sessions[session.id] = Entry(session: session, number: state.lastNumber)
        memory.meter.sessionBegan()
    }

    /// Takes an id or a name; another principal's session is not there.
    package func find(_ text: String, of principal: Principal) throws(Problem) -> Session {
        try state.withLock { state throws(Problem) in
            let id = Self.id(text, principal, state)
            if let session = Self.session(id, of: principal, state) { return session }
            guard let end = end(of: id, for: principal, &state) else { throw unknown(id, text) }
            throw .sessionEnded(end.reason, name: end.name?.text, under: basePath)
        }
    }

    /// Ends a session, named by its id or name; harmless for one that has ended and is still remembered.
    package func delete(_ text: String, of principal: Principal) throws(Problem) {
        let session = try state.withLock { state throws(Problem) -> Session? in
            let id = Self.id(text, principal, state)
            if let session = Self.session(id, of: principal, state) { return session }
            guard end(of: id, for: principal, &state) != nil else { throw unknown(id, text) }
            return nil
        }
        session?.end(.deleted)
    }

    /// A principal's sessions behind the one with this number, in the order in which they were made.
    ///
    /// One that is there all the while is in exactly one page of a list, whatever comes and goes.
    func page(after number: UInt64, limit: Int, of principal: Principal) -> Page {
        let entries = state.withLock { state in
            state.sessions.values.filter { $0.number > number && $0.session.owner == principal.name }
        }
        let sorted = entries.sorted { $0.number < $1.number }
        return Page(
            sessions: sorted.prefix(limit).map { ($0.number, $0.session) }, more: sorted.count > limit)
    }

    /// A session is no more; without a reason it never came to be, and is not remembered.
    package func remove(_ id: SessionID, _ reason: EndReason?) {
        state.withLock { state in
            guard let entry = state.sessions.removeValue(forKey: id) else { return }
            let (name, owner) = (Self.name(of: entry.session), entry.session.owner)
            if let name, state.names[name] == id { state.names[name] = nil }
            places.giveBack(owner)
            guard let reason else { return }
            memory.meter.sessionEnded(reason)
            state.ended[id] = End(reason: reason, owner: owner, name: name, at: time.now())
            if let name { state.endedNames[name] = id }
            state.endedOrder.append(id)
            if state.endedOrder.count > Self.maxEnded { forgetOldest(&state) }
        }
    }

    func announceEnd() { state.withLock { $0.isEnding = true } }

    /// Takes no more sessions and ends those there are, one after another when there are deadlines to do so.
    ///
    /// All who wait are answered within `time`; clients that ask another gateway next don't all do so in one moment.
    package func drain(over time: Duration, _ deadlines: Deadlines) {
        let sessions = state.withLock { state in
            state.isDraining = true
            return state.sessions.values.map(\.session)
        }
        let step = min(Self.drainStep, time / max(sessions.count, 1))
        for (index, session) in sessions.enumerated() {
            let wait = step * index
            guard wait > .zero else {
                session.end(.draining)
                continue
            }
            _ = deadlines.add(after: wait) { session.end(.draining) }
        }
    }

    /// Between the ends of two sessions at a drain: a few sessions end in a moment that nobody notices.
    private static let drainStep = Duration.milliseconds(10)

    /// An id has a dot, and a name hasn't.
    private static func id(_ text: String, _ principal: Principal, _ state: borrowing State) -> SessionID {
        if text.contains(".") { return SessionID(named: text) }
        let name = Name(owner: principal.name, text: text)
        return state.names[name] ?? state.endedNames[name] ?? SessionID(named: text)
    }

    /// The problem of an id or name that no session has: an id of another node's may have a session there.
    private func unknown(_ id: SessionID, _ text: String) -> Problem {
        guard let other = id.node, other != node else {
            return .sessionNotFound(named: SessionName.isValid(text) ? text : nil, under: basePath)
        }
        return .wrongNode(other, here: node)
    }

    private static func session(_ id: SessionID, of principal: Principal, _ state: borrowing State) -> Session? {
        guard let session = state.sessions[id]?.session, session.owner == principal.name else { return nil }
        return session
    }

    private func end(of id: SessionID, for principal: Principal, _ state: inout State) -> End? {
        while let oldest = state.endedOrder.first, let end = state.ended[oldest], time.now() - end.at > Self.memory {
            forgetOldest(&state)
        }
        guard let end = state.ended[id], end.owner == principal.name else { return nil }
        return end
    }

    private func forgetOldest(_ state: inout State) {
        guard let oldest = state.endedOrder.popFirst(), let end = state.ended.removeValue(forKey: oldest) else {
            return
        }
        if let name = end.name, state.endedNames[name] == oldest { state.endedNames[name] = nil }
    }
}
