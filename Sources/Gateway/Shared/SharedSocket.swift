import PhoenixChannels
import Synchronization

/// One websocket that several sessions use: each topic is joined once, and what comes on it is told to all who joined it.
///
/// A session is here as a `Member`. The lock may be held while the connection's or an inbox's is taken; what the inboxes
/// got is handed over after it.
final class SharedSocket: ConnectionDelegate {
    /// A session's part in this socket.
    struct Member: Sendable {
        let id: UInt64
        let inbox: SharedInbox
        /// Whether the session's own state is that of this socket: others carry single topics.
        let isPrimary: Bool
        /// Among all of the session's parts in sockets.
        let number: UInt64

        /// Refs of one socket that a session can tell from another's.
        private static let refsPerPart: UInt64 = 1 << 40

        /// A ref of the socket's, as the session knows it.
        func ref(_ ref: Ref) -> Ref { Ref(ref.number + number * Self.refsPerPart) }

        /// Whether a ref of the session's was given here.
        func owns(_ ref: Ref) -> Bool { ref.number / Self.refsPerPart == number }

        /// The other way round.
        func socketRef(_ ref: Ref) -> Ref { Ref(ref.number &- number * Self.refsPerPart) }
    }

    struct Topic {
        enum State { case joining, joined, rejoining, leaving }

        let params: JSONText
        var state = State.joining
        /// What the server answered to the join.
        var response = Payload.emptyObject
        var presence = Presence()
        /// Those who joined it, and whether they were told so.
        var members: [UInt64: Bool] = [:]
        /// The members' pushes in flight that are not kept.
        var untracked = UntrackedPushes()
        /// Those who want it joined again once it is left.
        var next: [UInt64] = []
    }

    struct State {
        var connection: Connection?
        var isConnected = false
        var hasEnded = false
        /// What the gateway's log is told of the connection.
        var upstream = UpstreamWatch()
        var members: [UInt64: Member] = [:]
        var topics: [String: Topic] = [:]
        /// Whose pushes are in flight, and on which topic.
        var pushes: [Ref: (member: UInt64, topic: String)] = [:]
        var lastMember: UInt64 = 0
    }

    /// Topics on one socket at the most: Phoenix's own limit is 100 by default (`max_channels_per_transport`).
    static let maxTopics = 100

    let state = Mutex(State())
    private let transport: any Transport
    private let log: UpstreamLog?
    private let upstream: UpstreamSubject.Upstream
    private let principal: String
    private let onEnd: @Sendable (SharedSocket) -> Void

    init(
        _ key: ConnectionKey, _ endpoint: Endpoint, _ configuration: ConnectionConfiguration,
        _ transport: any Transport, log: UpstreamLog?, onEnd: @escaping @Sendable (SharedSocket) -> Void
    ) {
        self.transport = transport
        self.log = log
        upstream = key.upstream(endpoint)
        principal = key.principal
        self.onEnd = onEnd
        let connection = Connection(
            endpoint: endpoint, configuration: configuration, transport: transport, delegate: self)
        state.withLock { $0.connection = connection }
    }

    /// Connects; where it waits for the next attempt, that is made now.
    func open() { state.withLock { $0.connection }?.open() }

    /// Whether it will never be connected again.
    var hasEnded: Bool { state.withLock { $0.hasEnded } }

    /// Whether the member has joined the topic, or is about to.
    func has(_ topic: String, _ member: Member) -> Bool {
        state.withLock { state in
            guard !state.hasEnded, let known = state.topics[topic] else { return false }
            return known.members[member.id] != nil || known.next.contains(member.id)
        }
    }

    // MARK: Members

    /// Adds a member, which is told at once when the socket is open.
    ///
    /// - Returns: nil when the socket has ended.
    func attach(_ inbox: SharedInbox, isPrimary: Bool, number: UInt64) -> Member? {
        state.withLock { state in
            guard !state.hasEnded else { return nil }
            state.lastMember += 1
            let member = Member(id: state.lastMember, inbox: inbox, isPrimary: isPrimary, number: number)
            state.members[member.id] = member
            if state.isConnected, isPrimary { inbox.add([.connected(attempt: 1)]) }
            return member
        }
    }

    /// Takes a member out, with its topics; the last one closes the socket.
    ///
    /// It is told what it loses by that: replies, and joins that weren't answered, unless it `keepsJoins` to make them
    /// elsewhere.
    ///
    /// - Returns: whether the socket had not ended by itself.
    @discardableResult
    func detach(_ member: Member, keepsJoins: Bool) -> Bool {
        let (connection, wakes, wasLive) = state.withLock { state -> (Connection?, [Wake], Bool) in
            guard state.members.removeValue(forKey: member.id) != nil else { return (nil, [], false) }
            state.tellLosses(of: member, keepsJoins: keepsJoins)
            var wakes: [Wake] = []
            for topic in state.topics.keys.sorted() {
                state.topics[topic]?.next.removeAll { $0 == member.id }
                guard state.topics[topic]?.members[member.id] != nil else { continue }
                if let wake = try? leave(topic, member.id, &state) { wakes.append(wake) }
            }
            let refs = state.pushes.filter { $0.value.member == member.id }.map(\.key)
            for ref in refs { state.pushes[ref] = nil }
            state.connection?.forget(refs)
            let wasLive = !state.hasEnded
            guard state.members.isEmpty, wasLive else { return (nil, wakes, wasLive) }
            state.hasEnded = true
            return (state.connection, wakes, wasLive)
        }
        for wake in wakes { wake.perform() }
        if let connection {
            onEnd(self)
            connection.close()
        }
        return wasLive
    }

    // MARK: Commands

    /// Joins a topic, or has the member hear of a join that stands.
    ///
    /// - Returns: nil when this socket can't have it: it is joined with other params, or there are too many.
    func join(_ topic: String, params: JSONText, _ member: Member) throws(CommandError) -> Wake? {
        try state.withLock { state throws(CommandError) -> Wake? in
            guard !state.hasEnded, let connection = state.connection else { throw .notConnected }
            guard let known = state.topics[topic] else {
                guard state.topics.count < Self.maxTopics else { return nil }
                let wake = try connection.join(topic, params: params)
                state.topics[topic] = Topic(params: params, members: [member.id: false])
                return wake
            }
            guard known.members[member.id] == nil, !known.next.contains(member.id) else { throw .alreadyJoined }
            guard known.params.slice.isEqual(to: params.slice) else { return nil }
            switch known.state {
            case .joining, .rejoining: state.topics[topic]?.members[member.id] = false
            case .leaving: state.topics[topic]?.next.append(member.id)
            case .joined:
                state.topics[topic]?.members[member.id] = true
                member.inbox.add(known.welcome(topic))
            }
            return Wake.none
        }
    }

    /// Leaves a topic; the server hears of it once nobody else has it joined.
    func leave(_ topic: String, _ member: Member) throws(CommandError) -> Wake? {
        try state.withLock { state throws(CommandError) -> Wake? in
            let others = state.topics[topic]?.members.keys.contains { $0 != member.id } == true
            let wake = try leave(topic, member.id, &state)
            guard others else { return wake }
            let lost = state.pushes.filter { $0.value.member == member.id && $0.value.topic == topic }.keys.sorted()
            for ref in lost { state.pushes[ref] = nil }
            state.connection?.forget(lost)
            member.inbox.add(lost.map { .replyLost(topic: topic, ref: member.ref($0), .left) } + [.left(topic: topic)])
            return Wake.none
        }
    }

    private func leave(_ topic: String, _ member: UInt64, _ state: inout State) throws(CommandError) -> Wake? {
        if let index = state.topics[topic]?.next.firstIndex(of: member) {
            state.topics[topic]?.next.remove(at: index)
            return nil
        }
        guard let known = state.topics[topic], known.members[member] != nil, known.state != .leaving else {
            throw .notJoined
        }
        guard known.members.count == 1 else {
            state.topics[topic]?.members[member] = nil
            let kept = state.pushes.filter { $0.value == (member, topic) }.keys.max()
            state.topics[topic]?.untracked.leave(member, keptThrough: kept)
            return nil
        }
        do throws(CommandError) {
            guard let connection = state.connection else { throw .notConnected }
            guard let wake = try connection.leave(topic) else {
                state.topics[topic] = nil
                return nil
            }
            state.topics[topic]?.state = .leaving
            return wake
        } catch {
            state.topics[topic] = nil
            throw error
        }
    }

    func push(
        _ topic: String, event: String, payload: Payload, _ member: Member
    ) throws(CommandError) -> (ref: Ref, wake: Wake) {
        try state.withLock { state throws(CommandError) in
            guard state.isConnected, let connection = state.connection else { throw .notConnected }
            guard state.topics[topic]?.members[member.id] == true else { throw .notJoined }
            let (ref, wake) = try connection.push(topic, event: event, payload: payload)
            state.pushes[ref] = (member.id, topic)
            return (member.ref(ref), wake)
        }
    }

    func untrack(_ refs: [Ref], _ member: Member) {
        state.withLock { state in
            let own = refs.map { member.socketRef($0) }.filter { state.pushes[$0]?.member == member.id }
            for ref in own {
                guard let topic = state.pushes.removeValue(forKey: ref)?.topic else { continue }
                state.topics[topic]?.untracked.add(ref, of: member.id)
            }
            if !own.isEmpty { state.connection?.untrack(own) }
        }
    }

    func track(_ ref: Ref, on topic: String, _ member: Member) -> Bool {
        state.withLock { state in
            let own = member.socketRef(ref)
            let isOthers = state.pushes[own].map { $0.member != member.id } ?? false
            guard !isOthers, state.topics[topic]?.members[member.id] == true,
                state.connection?.track(own, on: topic) == true
            else { return false }
            state.pushes[own] = (member.id, topic)
            return true
        }
    }

    // MARK: Events

    func connection(_ connection: Connection, produced events: [ConnectionEvent]) {
        var news: [UpstreamNews] = []
        let (inboxes, wakes, hasEnded, count) = state.withLock { state -> ([SharedInbox], [Wake], Bool, Int) in
            guard !state.hasEnded else { return ([], [], false, 0) }
            var told: [UInt64: [ConnectionEvent]] = [:]
            var wakes: [Wake] = []
            for event in events {
                state.apply(event, &told, &wakes)
                if let one = state.upstream.news(of: event, at: transport.now) { news.append(one) }
            }
            for (id, events) in told { state.members[id]?.inbox.add(events) }
            let inboxes = told.keys.compactMap { state.members[$0]?.inbox }
            return (inboxes, wakes, state.hasEnded, state.members.count)
        }
        for wake in wakes { wake.perform() }
        for inbox in inboxes { inbox.handOver() }
        if hasEnded { onEnd(self) }
        if !news.isEmpty { tellLog(news, ofSharing: count) }
    }

    /// Has the log told, once the members have heard: where all of them leave over it, it is not tried again.
    private func tellLog(_ news: [UpstreamNews], ofSharing count: Int) {
        guard let log else { return }
        let isOver = hasEnded
        for one in news {
            log.tell(
                isOver ? one.final : one,
                of: UpstreamSubject(use: .shared(sessions: count), upstream: upstream, principal: principal))
        }
    }
}

extension SharedSocket.Topic {
    /// What somebody hears who joins it later: the join, and who is there.
    fileprivate func welcome(_ topic: String) -> [ConnectionEvent] {
        let joined = ConnectionEvent.joined(topic: topic, response: response, rejoin: nil)
        guard presence.isSynced else { return [joined] }
        return [joined, .message(topic: topic, event: Presence.stateEvent, payload: .json(presence.json))]
    }
}
