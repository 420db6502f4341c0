import PhoenixChannels
import Synchronization

/// A session's part in shared sockets: one that is its own state, and others for topics that can't be on that one.
final class SharedClient: ChannelClient {
    private struct Part {
        let socket: SharedSocket
        let member: SharedSocket.Member
    }

    private struct State {
        /// The first one is the session's own state.
        var parts: [Part] = []
        /// In which part a topic is.
        var topics: [String: Int] = [:]
        /// Parts there ever were: refs are told apart by it.
        var count: UInt64 = 0
        var isClosed = false
    }

    /// Refs of one socket that a session can tell from another's.
    private static let refsPerPart: UInt64 = 1 << 40

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
        inbox = SharedInbox(deliver: deliver)
        inbox.owner(self)
    }

    func opening() -> (@Sendable () -> Void)? {
        state.withLock { state in
            state.isClosed = false
            attach(&state)
        }
        return { self.handOver() }
    }

    func disconnecting() -> (@Sendable () -> Void)? {
        { self.close() }
    }

    func join(_ topic: String, params: JSONText) throws(CommandError) -> Wake {
        defer { handOver() }
        return try state.withLock { state throws(CommandError) -> Wake in
            guard !state.isClosed else { throw .notConnected }
            attach(&state)
            for (index, part) in state.parts.enumerated() {
                if let wake = try part.socket.join(topic, params: params, part.member) {
                    state.topics[topic] = index
                    return wake
                }
            }
            let own = state.parts.map(\.socket)
            for socket in sockets.sockets(current.value.key) where !own.contains(where: { $0 === socket }) {
                guard let part = add(socket, isPrimary: false, &state) else { continue }
                if let wake = try join(topic, params, part, &state) { return wake }
                state.parts.removeLast()
                socket.detach(part.member)
            }
            let socket = sockets.make(current.value.key, current.value.endpoint, configuration)
            guard let part = add(socket, isPrimary: false, &state) else { throw .notConnected }
            sockets.later { socket.open() }
            guard let wake = try join(topic, params, part, &state) else { throw .notConnected }
            return wake
        }
    }

    func leave(_ topic: String) throws(CommandError) -> Wake? {
        defer { handOver() }
        return try state.withLock { state throws(CommandError) -> Wake? in
            guard let part = Self.part(topic, state) else { throw .notJoined }
            return try part.socket.leave(topic, part.member)
        }
    }

    func push(_ topic: String, event: String, payload: Payload) throws(CommandError) -> (ref: Ref, wake: Wake) {
        try state.withLock { state throws(CommandError) in
            guard let part = Self.part(topic, state) else { throw state.parts.isEmpty ? .notConnected : .notJoined }
            return try part.socket.push(topic, event: event, payload: payload, part.member)
        }
    }

    func forget(_ refs: [Ref]) {
        state.withLock { state in
            for part in state.parts { part.socket.forget(refs, part.member) }
        }
    }

    /// Takes the session out of all sockets; those that nobody else uses are closed.
    func close() {
        let parts = state.withLock { state in
            defer { (state.parts, state.topics, state.isClosed) = ([], [:], true) }
            return state.parts
        }
        for part in parts { part.socket.detach(part.member) }
        guard !parts.isEmpty else { return }
        inbox.add([.disconnected(Disconnection(cause: .requested), retryIn: nil)])
        handOver()
    }

    private static func part(_ topic: String, _ state: State) -> Part? {
        state.topics[topic].flatMap { state.parts.indices.contains($0) ? state.parts[$0] : nil }
    }

    /// Takes part in a socket, an open one if there is one.
    private func attach(_ state: inout State) {
        guard state.parts.isEmpty else { return }
        for socket in sockets.sockets(current.value.key) where add(socket, isPrimary: true, &state) != nil { return }
        let socket = sockets.make(current.value.key, current.value.endpoint, configuration)
        _ = add(socket, isPrimary: true, &state)
        sockets.later { socket.open() }
    }

    private func add(_ socket: SharedSocket, isPrimary: Bool, _ state: inout State) -> Part? {
        let offset = state.count * Self.refsPerPart
        guard let member = socket.attach(inbox, isPrimary: isPrimary, refOffset: offset) else { return nil }
        state.count += 1
        let part = Part(socket: socket, member: member)
        state.parts.append(part)
        return part
    }

    private func join(
        _ topic: String, _ params: JSONText, _ part: Part, _ state: inout State
    ) throws(CommandError) -> Wake? {
        guard let wake = try part.socket.join(topic, params: params, part.member) else { return nil }
        state.topics[topic] = state.parts.count - 1
        return wake
    }

    /// Events never come out of a command.
    private func handOver() { sockets.later { [inbox] in inbox.handOver() } }
}
