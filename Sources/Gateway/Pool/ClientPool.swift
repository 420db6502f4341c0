import DequeModule
import HTTPCore
import HTTPTypes
import PhoenixChannels
import Synchronization

/// Connected and joined clients for `/call`: one call at a time has a client, which is kept warm for the next.
///
/// Clients are counted by their upstream's host. Where there are as many as there may be, an idle one for another key makes
/// room; where none is idle, calls wait in line. Nothing is called out to under the lock.
package final class ClientPool: Sendable {
    /// The pool's bounds.
    package struct Limits: Sendable {
        /// Clients of one upstream's host, idle ones too: calls at once, each a socket of the upstream's.
        package var maxClients = 64
        /// How long a client stays connected with nothing to do: a script's next call comes within seconds.
        package var warmTime = Duration.seconds(30)
        /// Calls in line for one host; each is a request that waits.
        package var maxWaiting = 1_024

        package init() {}
    }

    /// A client in a call's hands.
    struct Client: Sendable {
        let key: PoolKey
        let host: String
        let session: Session
        /// Whether it was connected and joined for an earlier call.
        let isWarm: Bool
    }

    private struct Idle {
        let client: Client
        let expiry: Deadlines.Token
    }

    /// A call in line, which is given a client of its key or room to make one.
    private struct Waiting {
        let id: UInt64
        let key: PoolKey
        let deadline: Deadlines.Token
        let take: Take
    }

    private struct Host {
        /// Clients there are, in use or idle.
        var count = 0
        /// The longest idle one first.
        var idle: [Idle] = []
        var waiting = Deque<Waiting>()
    }

    private struct State {
        var hosts: [String: Host] = [:]
        /// Those that calls have, to be ended at a drain.
        var inUse: [SessionID: Session] = [:]
        var isDraining = false
        var lastWaiting: UInt64 = 0
    }

    /// Is given an idle client; nil where it is to make one, for which there is room; or why there is none.
    typealias Take = @Sendable (Result<Client?, Problem>) -> Void

    private let limits: Limits
    private let deadlines: Deadlines
    private let state = Mutex(State())

    init(_ limits: Limits, _ deadlines: Deadlines) {
        self.limits = limits
        self.deadlines = deadlines
    }

    /// Takes a client, or room for one: at once, or when it is this call's turn.
    ///
    /// - Returns: what takes the call out of the line, when it stands in it.
    func checkOut(
        _ key: PoolKey, host: String, within wait: Duration, _ take: @escaping Take
    ) -> (@Sendable () -> Void)? {
        enum Outcome { case client(Idle), room(evicted: Idle?), line(UInt64), refused(Problem) }
        let outcome = state.withLock { state -> Outcome in
            guard !state.isDraining else { return .refused(.draining) }
            var entry = state.hosts[host] ?? Host()
            defer { state.hosts[host] = entry }
            if let index = entry.idle.lastIndex(where: { $0.client.key == key }) {
                let idle = entry.idle.remove(at: index)
                state.inUse[idle.client.session.id] = idle.client.session
                return .client(idle)
            }
            if entry.count < limits.maxClients {
                entry.count += 1
                return .room(evicted: nil)
            }
            if !entry.idle.isEmpty { return .room(evicted: entry.idle.removeFirst()) }
            guard entry.waiting.count < limits.maxWaiting else { return .refused(.poolFull(host)) }
            state.lastWaiting += 1
            let id = state.lastWaiting
            let deadline = deadlines.add(after: wait) { [self] in
                if drop(id, host) { take(.failure(.poolFull(host))) }
            }
            entry.waiting.append(Waiting(id: id, key: key, deadline: deadline, take: take))
            return .line(id)
        }
        switch outcome {
        case .client(let idle):
            deadlines.cancel(idle.expiry)
            guard idle.client.session.isReady(for: key.topic) else {
                // It failed while it was idle: another takes its place.
                discard(idle.client.session)
                take(.success(nil))
                break
            }
            take(.success(idle.client))
        case .room(let evicted):
            if let evicted { end(evicted) }
            take(.success(nil))
        case .line(let id): return { [self] in _ = drop(id, host) }
        case .refused(let problem): take(.failure(problem))
        }
        return nil
    }

    /// A client was made in the room that a call was given.
    func made(_ session: Session) {
        let isDraining = state.withLock { state in
            state.inUse[session.id] = session
            return state.isDraining
        }
        if isDraining { session.end(.draining) }
    }

    /// Gives a client back; one that isn't fit for another call is ended.
    func checkIn(_ client: Client) {
        guard client.session.isReady(for: client.key.topic) else { return giveUp(client.session, host: client.host) }
        let idle = Client(key: client.key, host: client.host, session: client.session, isWarm: true)
        let (next, isDraining) = state.withLock { state -> (Waiting?, Bool) in
            guard !state.isDraining, var entry = state.hosts[client.host] else { return (nil, true) }
            defer { state.hosts[client.host] = entry }
            // Whoever is first in line is next; a client of another key makes room.
            if let first = entry.waiting.popFirst() {
                if first.key != client.key { state.inUse[client.session.id] = nil }
                return (first, false)
            }
            state.inUse[client.session.id] = nil
            let expiry = deadlines.add(after: limits.warmTime) { [self] in expire(client) }
            entry.idle.append(Idle(client: idle, expiry: expiry))
            return (nil, false)
        }
        if isDraining { return giveUp(client.session, host: client.host) }
        guard let next else { return }
        deadlines.cancel(next.deadline)
        if next.key == client.key {
            next.take(.success(idle))
        } else {
            client.session.end(.deleted)
            next.take(.success(nil))
        }
    }

    /// A client is no more, or was never made: its room is free.
    func giveUp(_ session: Session?, host: String) {
        let next = state.withLock { state -> Waiting? in
            if let session { state.inUse[session.id] = nil }
            guard let next = state.hosts[host]?.waiting.popFirst() else {
                free(host, &state)
                return nil
            }
            return next
        }
        session?.end(.deleted)
        guard let next else { return }
        deadlines.cancel(next.deadline)
        next.take(.success(nil))
    }

    /// Takes no more calls, and ends all clients.
    func drain() {
        let (sessions, idle, waiting) = state.withLock { state in
            state.isDraining = true
            let idle = state.hosts.values.flatMap(\.idle)
            let waiting = state.hosts.values.flatMap { Array($0.waiting) }
            for host in state.hosts.keys { state.hosts[host]?.waiting = [] }
            for client in idle {
                state.hosts[client.client.host]?.idle = []
                free(client.client.host, &state)
            }
            return (Array(state.inUse.values), idle, waiting)
        }
        for entry in waiting {
            deadlines.cancel(entry.deadline)
            entry.take(.failure(.draining))
        }
        for client in idle { end(client) }
        for session in sessions { session.end(.draining) }
    }

    /// A client has had nothing to do for a while.
    private func expire(_ client: Client) {
        let isIdle = state.withLock { state in
            guard let index = state.hosts[client.host]?.idle.firstIndex(where: { $0.client.session === client.session })
            else { return false }
            state.hosts[client.host]?.idle.remove(at: index)
            free(client.host, &state)
            return true
        }
        if isIdle { client.session.end(.deleted) }
    }

    private func end(_ idle: Idle) {
        deadlines.cancel(idle.expiry)
        idle.client.session.end(.deleted)
    }

    private func discard(_ session: Session) {
        state.withLock { $0.inUse[session.id] = nil }
        session.end(.deleted)
    }

    private func free(_ host: String, _ state: inout State) {
        guard var entry = state.hosts[host] else { return }
        entry.count -= 1
        state.hosts[host] = entry.count == 0 && entry.waiting.isEmpty ? nil : entry
    }

    /// Takes a call out of the line.
    private func drop(_ id: UInt64, _ host: String) -> Bool {
        let dropped = state.withLock { state -> Waiting? in
            guard let index = state.hosts[host]?.waiting.firstIndex(where: { $0.id == id }) else { return nil }
            return state.hosts[host]?.waiting.remove(at: index)
        }
        if let dropped { deadlines.cancel(dropped.deadline) }
        return dropped != nil
    }
}

extension Problem {
    static func poolFull(_ host: String) -> Problem {
        Problem(
            "capacity", .serviceUnavailable, title: "All clients are in use",
            detail:
                "All clients that may be connected to \(host) were in use until the wait was over; nothing was sent.",
            retryable: true
        )
        .with(sent: false).with(header: .retryAfter, "1")
    }
}
