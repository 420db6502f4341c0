import HTTPCore
import HTTPTypes
import PhoenixChannels
import Synchronization

/// Connected and joined clients for `/call`: one call at a time has a client, which is kept warm for the next.
///
/// Clients are counted by their upstream's host. Where there are as many as there may be, an idle one for another key makes
/// room; where none is idle, calls wait in line. In all they are bounded too, and each principal's by its quota: past those
/// a call is refused when no client is idle that could make room, for a quota one of the principal's own. Who is in line
/// has its place in the quota already. A principal without a quota has a share of each host's clients and line: past the
/// former its calls wait for its own clients, and others pass them by.
///
/// A repeat of a call holds the client that it waits on, beside the call that has it or alone: the last to give it back
/// makes it idle. What a keyed call has come to is in its client's log: that client is kept for the repeat, as long as its
/// place isn't needed, and makes room after all others. Nothing is called out to under the lock.
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
        let session: Session
        /// Whether it was connected and joined for an earlier call.
        let isWarm: Bool

        /// The same for the next call.
        var warmed: Client { Client(key: key, session: session, isWarm: true) }
        /// The principal whose it is.
        var owner: String { key.owner }
    }

    /// Is given an idle client; nil where it is to make one, for which there is room; or why there is none.
    typealias Take = @Sendable (Result<Client?, Problem>) -> Void

    /// What there is for a call.
    private enum Admission {
        case client(Idle), room, line(UInt64), refused(Problem)
    }

    private let limits: Limits
    private let maxInAll: Int
    private let places: PrincipalPlaces
    private let deadlines: Deadlines
    private let state = Mutex(State())

    /// `maxInAll` bounds the clients of all hosts, idle ones too.
    init(_ limits: Limits, maxInAll: Int, _ places: PrincipalPlaces, _ deadlines: Deadlines) {
        self.limits = limits
        self.maxInAll = maxInAll
        self.places = places
        self.deadlines = deadlines
    }

    /// Takes a client, or room for one: at once, or when it is this call's turn; of several idle ones, that whose log has
    /// this epoch.
    ///
    /// - Returns: what takes the call out of the line, when it stands in it.
    func checkOut(
        _ key: PoolKey, for principal: Principal, until deadline: Duration, preferring epoch: String? = nil,
        _ take: @escaping Take
    ) -> (@Sendable () -> Void)? {
        while true {
            let (admission, evicted) = state.withLock { state -> (Admission, [Idle]) in
                guard !state.isDraining else { return (.refused(.draining), []) }
                let idle = state.use(state.shortestIdle(key, preferring: epoch))
                if let idle { return (.client(idle), []) }
                var evicted: [Idle] = []
                let refusal = makeRoom(key.host, principal, &state, &evicted)
                if let refusal { return (.refused(refusal), evicted) }
                let share = places.share(of: principal, in: limits.maxClients)
                let clients = state.hosts[key.host, default: Host()].clients
                if clients.count < limits.maxClients, clients.count(of: key.owner) < share {
                    state.add(key.host, of: key.owner)
                    return (.room, evicted)
                }
                let id = state.nextID()
                let expiry = deadlines.add(at: deadline) { [self] in
                    if drop(id, key) { take(.failure(.poolFull)) }
                }
                state.hosts[key.host]?.line.append(
                    Waiting(id: id, key: key, deadline: expiry, share: share, take: take))
                return (.line(id), evicted)
            }
            for idle in evicted { end(idle) }
            switch admission {
            case .client(let idle):
                deadlines.cancel(idle.expiry)
                if idle.client.session.isReady(for: key.topic) {
                    take(.success(idle.client))
                } else {
                    // It failed while it was idle: another takes its place, unless it is held.
                    guard discard(idle.client.session) else { continue }
                    take(.success(nil))
                }
            case .room: take(.success(nil))
            case .line(let id): return { [self] in _ = drop(id, key) }
            case .refused(let problem): take(.failure(problem))
            }
            return nil
        }
    }

    /// Takes a place of the principal's, and frees room for a client or finds some in the host's line.
    ///
    /// - Returns: why there is none; then no place is taken.
    private func makeRoom(
        _ host: String, _ principal: Principal, _ state: inout State, _ evicted: inout [Idle]
    ) -> Problem? {
        while !places.take(principal) {
            guard let own = evict(state.clients.longestIdle(of: principal.name), &state) else {
                return .tooManyClients(places.quota(of: principal))
            }
            evicted.append(own)
        }
        let share = places.share(of: principal, in: limits.maxClients)
        let isPastShare = state.hosts[host, default: Host()].clients.count(of: principal.name) >= share
        if isPastShare || state.hosts[host, default: Host()].clients.count >= limits.maxClients {
            let idle = state.hosts[host]?.clients.longestIdle(of: isPastShare ? principal.name : nil)
            if let idle = evict(idle, &state) {
                evicted.append(idle)
            } else if isLineFull(host, for: principal, state) {
                places.giveBack(principal.name)
                return .poolFull
            }
        } else if state.clients.count >= maxInAll {
            guard let idle = evict(state.clients.longestIdle(), &state) else {
                places.giveBack(principal.name)
                return .capacity(maxInAll)
            }
            evicted.append(idle)
        }
        return nil
    }

    /// Whether as many wait for a client as may, in all or of the principal's.
    private func isLineFull(_ host: String, for principal: Principal, _ state: State) -> Bool {
        guard let line = state.hosts[host]?.line else { return false }
        return line.count >= limits.maxWaiting
            || line.count(of: principal.name) >= places.share(of: principal, in: limits.maxWaiting)
    }

    /// Ends the client of this principal's that has been idle for longest; false where none is.
    func giveUpIdle(of principal: Principal) -> Bool {
        let idle = state.withLock { state in evict(state.clients.longestIdle(of: principal.name), &state) }
        if let idle { end(idle) }
        return idle != nil
    }

    /// A client was made in the room that a call was given.
    func made(_ session: Session) {
        let isDraining = state.withLock { state in
            state.use(session)
            return state.isDraining
        }
        if isDraining { session.end(.draining) }
    }

    /// Keeps a client that is idle, or that a call has, from being ended or going to another key, until it is checked in.
    ///
    /// - Returns: false when the pool has it no more.
    func hold(_ session: Session, _ key: PoolKey) throws(Problem) -> Bool {
        let (isThere, expiry) = try state.withLock { state throws(Problem) -> (Bool, Deadlines.Token?) in
            guard !state.isDraining else { throw .draining }
            if state.share(session) { return (true, nil) }
            let idle = state.use(state.find(session, key))
            return (idle != nil, idle?.expiry)
        }
        if let expiry { deadlines.cancel(expiry) }
        return isThere
    }

    /// Gives a client back; one that isn't fit for another call is ended.
    ///
    /// `keptUntil`: a repeat may ask for what the call has come to.
    func checkIn(_ client: Client, keptUntil: Duration? = nil) {
        guard client.session.isReady(for: client.key.topic) else {
            return giveUp(client.session, client.key)
        }
        enum Outcome { case kept, next(Waiting), draining }
        let outcome = state.withLock { state -> Outcome in
            guard let kept = state.release(client.session, keptUntil: keptUntil ?? .zero) else { return .kept }
            guard !state.isDraining else {
                free(client.key, &state)
                return .draining
            }
            // Whoever is first in line is next; a client of another key makes room.
            if let first = state.next(client.key.host, after: client.owner) {
                // It has a place already: the client's is too many, whether it is ended or goes to one of its principal's.
                places.giveBack(client.owner)
                if first.key == client.key { state.use(client.session, keptUntil: kept) }
                return .next(first)
            }
            let id = state.nextID()
            let now = deadlines.time.now()
            let expiry = deadlines.add(at: max(now + limits.warmTime, kept)) { [self] in expire(id) }
            state.rest(Idle(id: id, client: client.warmed, expiry: expiry, keptUntil: kept, isKept: kept > now))
            return .kept
        }
        switch outcome {
        case .kept: return
        case .next(let next) where next.key == client.key: hand(client.warmed, to: next)
        case .next(let next):
            client.session.end(.deleted)
            hand(nil, to: next)
        case .draining: client.session.end(.deleted)
        }
    }

    /// A client is no more, or was never made: its room is free.
    func giveUp(_ session: Session?, _ key: PoolKey) {
        let (isFreed, next) = state.withLock { state -> (Bool, Waiting?) in
            if let session, state.release(session) == nil { return (false, nil) }
            guard let next = state.next(key.host, after: key.owner) else {
                free(key, &state)
                return (true, nil)
            }
            places.giveBack(key.owner)
            return (true, next)
        }
        if isFreed { session?.end(.deleted) }
        if let next { hand(nil, to: next) }
    }

    /// Gives a call that was in line a client, or room: on the waiting thread, as one that fails gives it back at once.
    private func hand(_ client: Client?, to next: Waiting) {
        deadlines.cancel(next.deadline)
        deadlines.time.perform { next.take(.success(client)) }
    }

    /// Takes no more calls, and ends all clients.
    func drain() {
        let (sessions, idle, waiting) = state.withLock { state in
            state.isDraining = true
            let idle = state.idle.keys.compactMap { evict($0, &state) }
            let waiting = state.hosts.values.flatMap(\.line.all)
            for host in state.hosts.keys { state.hosts[host]?.line.removeAll() }
            for entry in waiting { places.giveBack(entry.owner) }
            return (state.inUse.values.map(\.session), idle, waiting)
        }
        for entry in waiting {
            deadlines.cancel(entry.deadline)
            entry.take(.failure(.draining))
        }
        for client in idle { end(client) }
        for session in sessions { session.end(.draining) }
    }

    /// A client has had nothing to do for a while.
    private func expire(_ id: UInt64) {
        let idle = state.withLock { state in evict(id, &state) }
        idle?.client.session.end(.deleted)
    }

    private func end(_ idle: Idle) {
        deadlines.cancel(idle.expiry)
        idle.client.session.end(.deleted)
    }

    /// Ends a client whose room stays taken; false where others hold it.
    private func discard(_ session: Session) -> Bool {
        let isFreed = state.withLock { $0.release(session) != nil }
        if isFreed { session.end(.deleted) }
        return isFreed
    }

    /// Takes an idle client out, to be ended once the lock is free; nil when there is none.
    private func evict(_ id: UInt64?, _ state: inout State) -> Idle? {
        guard let id, let idle = state.wake(id) else { return nil }
        free(idle.client.key, &state)
        return idle
    }

    private func free(_ key: PoolKey, _ state: inout State) {
        places.giveBack(key.owner)
        state.take(key.host, from: key.owner)
    }

    /// Takes a call out of the line.
    private func drop(_ id: UInt64, _ key: PoolKey) -> Bool {
        let dropped = state.withLock { $0.hosts[key.host]?.line.remove(id, of: key.owner) }
        if let dropped {
            deadlines.cancel(dropped.deadline)
            places.giveBack(dropped.owner)
        }
        return dropped != nil
    }
}

extension Problem {
    static var poolFull: Problem {
        Problem(
            "capacity", .serviceUnavailable, title: "All clients are in use",
            detail:
                "All clients that may be connected to this upstream, or all that may be this caller's, were in use until the "
                + "wait was over, or as many calls wait for one already as may; nothing was sent.",
            retryable: true
        )
        .with(sent: false).with(header: .retryAfter, "1")
    }
}
