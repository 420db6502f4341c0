import PhoenixChannels
import Synchronization

/// A session's part in shared sockets: one that is its own state, and others for topics that can't be on that one.
///
/// The session may leave them all and come back, then perhaps with other members and so to others; what it had joined is
/// joined anew once it is told that it is connected.
final class SharedClient: ChannelClient {
    private struct Part {
        let socket: SharedSocket
        let member: SharedSocket.Member
        let key: ConnectionKey
    }

    private struct Place {
        let params: JSONText
        /// Of the socket's member.
        var part: UInt64
    }

    private struct State {
        /// The first one is the session's own state.
        var parts: [Part] = []
        /// Where a topic is, or was last.
        var topics: [String: Place] = [:]
        /// Parts there ever were: they and their refs are told apart by it.
        var count: UInt64 = 0
        /// Whether the session wants to be connected.
        var isOpen = false
        var isClosed = false

        func part(_ topic: String) -> Part? {
            topics[topic].flatMap { place in parts.first { $0.member.number == place.part } }
        }

        /// Takes out all parts, or those beside the first.
        mutating func take(keepingFirst: Bool = false) -> [Part] {
            let taken = Array(parts.dropFirst(keepingFirst ? 1 : 0))
            parts.removeLast(taken.count)
            return taken
        }
    }

    private let sockets: SharedSockets
    private let current: CurrentEndpoint
    private let configuration: ConnectionConfiguration
    private let inbox: SharedInbox
    private let state = Mutex(State())

    /// `deliver` is told the events, in order, by one thread at a time, and never out of a command.
    init(
        _ sockets: SharedSockets, _ current: CurrentEndpoint, _ configuration: ConnectionConfiguration,
        deliver: @escaping @Sendable (SharedClient, [ConnectionEvent]) -> Void
    ) {
        self.sockets = sockets
        self.current = current
        self.configuration = configuration
        inbox = SharedInbox { client, events in
            client.prepare(for: events)
            deliver(client, events)
        }
        inbox.owner(self)
    }

    // MARK: Connecting

    /// Decides to take part in a socket for the current members; one that waits for its next attempt makes it now.
    func opening() -> (@Sendable () -> Void)? {
        let current = current.value.key
        return state.withLock { state in
            guard !state.isClosed else { return nil }
            state.isOpen = true
            let isStale = state.parts.first.map { $0.socket.hasEnded || $0.key != current } ?? false
            let stale = isStale ? state.take() : []
            return {
                self.leave(stale, keepsJoins: true)
                self.takePart()
            }
        }
    }

    /// Decides to leave all sockets; those that nobody else uses are closed.
    func disconnecting() -> (@Sendable () -> Void)? {
        state.withLock { state in
            guard state.isOpen, !state.parts.isEmpty else { return nil }
            state.isOpen = false
            let parts = state.take()
            return {
                // One that has ended has told so.
                guard self.leave(parts, keepsJoins: false) else { return }
                self.inbox.add([.disconnected(Disconnection(cause: .requested), retryIn: nil)])
                self.handOver()
            }
        }
    }

    func close() {
        let parts = state.withLock { state in
            state.isClosed = true
            state.isOpen = false
            return state.take()
        }
        leave(parts, keepsJoins: false)
    }

    // MARK: Topics

    func join(_ topic: String, params: JSONText) throws(CommandError) -> Wake {
        defer { handOver() }
        return try state.withLock { state throws(CommandError) -> Wake in
            guard state.isOpen else { throw .notConnected }
            attach(&state)
            guard inbox.want(topic) else { throw .alreadyJoined }
            do throws(CommandError) {
                return try place(topic, params, &state)
            } catch {
                inbox.forget(topic)
                throw error
            }
        }
    }

    func leave(_ topic: String) throws(CommandError) -> Wake? {
        defer { handOver() }
        return try state.withLock { state throws(CommandError) -> Wake? in
            do throws(CommandError) {
                let part = state.part(topic)
                if let part, let wake = try part.socket.leave(topic, part.member) { return wake }
            } catch {
                inbox.forget(topic)
                throw error
            }
            inbox.forget(topic)
            return nil
        }
    }

    func has(_ topic: String) -> Bool { inbox.has(topic) }

    func push(_ topic: String, event: String, payload: Payload) throws(CommandError) -> (ref: Ref, wake: Wake) {
        try state.withLock { state throws(CommandError) in
            guard let part = state.part(topic) else { throw state.parts.isEmpty ? .notConnected : .notJoined }
            return try part.socket.push(topic, event: event, payload: payload, part.member)
        }
    }

    func untrack(_ refs: [Ref]) {
        state.withLock { state in
            for part in state.parts { part.socket.untrack(refs, part.member) }
        }
    }

    func track(_ ref: Ref, on topic: String) -> Bool {
        state.withLock { state in
            guard let part = state.part(topic), part.member.owns(ref) else { return false }
            return part.socket.track(ref, on: topic, part.member)
        }
    }

    // MARK: Going from socket to socket

    /// Does what events ask for, before the session is told of them.
    private func prepare(for events: [ConnectionEvent]) {
        for event in events {
            switch event {
            case .connected: rejoin()
            case .connectFailed: moveIfNeeded()
            case .disconnected:
                moveIfNeeded()
                // For the session all its topics are gone: they come back with its connection.
                leave(state.withLock { $0.take(keepingFirst: true) }, keepsJoins: true)
                rejoin()
            case .joined, .joinFailed, .left, .topicClosed, .topicError, .message, .replied, .replyLost: break
            }
        }
    }

    /// The connection has failed: it is left if it won't be tried again, and if it isn't for the current members any more.
    private func moveIfNeeded() {
        let current = current.value.key
        let (parts, hasEnded) = state.withLock { state -> ([Part], Bool) in
            guard let first = state.parts.first else { return ([], false) }
            let hasEnded = first.socket.hasEnded
            if hasEnded { state.isOpen = false }
            return (hasEnded || first.key != current ? state.take() : [], hasEnded)
        }
        guard !parts.isEmpty else { return }
        leave(parts, keepsJoins: !hasEnded)
        if !hasEnded { takePart() }
    }

    /// Takes part in a socket, unless the session does already, and joins what is to be joined if that is open.
    private func takePart() {
        let socket = state.withLock { state -> SharedSocket? in
            guard state.isOpen else { return nil }
            attach(&state)
            return state.parts.first?.socket
        }
        socket?.open()
        rejoin()
        handOver()
    }

    /// Joins the topics that are to be joined and are on no socket.
    private func rejoin() {
        guard inbox.isConnected else { return }
        let wakes = state.withLock { state -> [Wake] in
            guard state.isOpen, !state.parts.isEmpty else { return [] }
            var wakes: [Wake] = []
            for topic in inbox.wanted {
                if let part = state.part(topic), part.socket.has(topic, part.member) { continue }
                // A socket that refuses has ended, which it will have told: the next one is asked again.
                guard let params = state.topics[topic]?.params, let wake = try? place(topic, params, &state) else {
                    continue
                }
                wakes.append(wake)
            }
            return wakes
        }
        for wake in wakes { wake.perform() }
        handOver()
    }

    /// - Returns: whether the first of them had not ended by itself.
    @discardableResult
    private func leave(_ parts: [Part], keepsJoins: Bool) -> Bool {
        var wasLive = false
        for (index, part) in parts.enumerated() {
            let isLive = part.socket.detach(part.member, keepsJoins: keepsJoins)
            if index == 0 { wasLive = isLive }
        }
        return wasLive
    }

    // MARK: Parts

    /// Joins a topic on the first socket that can have it.
    private func place(_ topic: String, _ params: JSONText, _ state: inout State) throws(CommandError) -> Wake {
        for part in state.parts where !part.socket.hasEnded {
            if let wake = try join(topic, params, part, &state) { return wake }
        }
        let (endpoint, key) = current.value
        let own = state.parts.map(\.socket)
        for socket in sockets.sockets(key) where !own.contains(where: { $0 === socket }) {
            guard let part = add(socket, key, isPrimary: false, &state) else { continue }
            if let wake = try join(topic, params, part, &state) { return wake }
            state.parts.removeLast()
            socket.detach(part.member, keepsJoins: false)
        }
        let socket = sockets.make(key, endpoint, configuration)
        guard let part = add(socket, key, isPrimary: false, &state) else { throw .notConnected }
        sockets.later { socket.open() }
        guard let wake = try join(topic, params, part, &state) else { throw .notConnected }
        return wake
    }

    private func join(
        _ topic: String, _ params: JSONText, _ part: Part, _ state: inout State
    ) throws(CommandError) -> Wake? {
        guard let wake = try part.socket.join(topic, params: params, part.member) else { return nil }
        state.topics[topic] = Place(params: params, part: part.member.number)
        return wake
    }

    /// Takes part in a socket, an open one if there is one.
    private func attach(_ state: inout State) {
        guard state.parts.isEmpty else { return }
        let (endpoint, key) = current.value
        for socket in sockets.sockets(key) where add(socket, key, isPrimary: true, &state) != nil { return }
        let socket = sockets.make(key, endpoint, configuration)
        _ = add(socket, key, isPrimary: true, &state)
        sockets.later { socket.open() }
    }

    private func add(_ socket: SharedSocket, _ key: ConnectionKey, isPrimary: Bool, _ state: inout State) -> Part? {
        guard let member = socket.attach(inbox, isPrimary: isPrimary, number: state.count) else { return nil }
        state.count += 1
        let part = Part(socket: socket, member: member, key: key)
        state.parts.append(part)
        return part
    }

    /// Events never come out of a command.
    private func handOver() { sockets.later { [inbox] in inbox.handOver() } }
}
