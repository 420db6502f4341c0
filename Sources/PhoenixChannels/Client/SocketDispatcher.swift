import Synchronization

/// Hands the connection's events to the tasks that wait for them.
///
/// The lock may be held while the connection's is taken, never the other way round; nobody is resumed under it.
final class SocketDispatcher: ConnectionDelegate {
    typealias Feed = AsyncThrowingStream<ChannelMessage, any Error>.Continuation

    private struct State {
        var connection: Connection?
        /// The join of each topic, from its sending to the channel's end.
        var joins: [String: Eventual<Payload>] = [:]
        var leaves: [String: Eventual<Void>] = [:]
        var feeds: [String: Feed] = [:]
        var replies: [Ref: Eventual<Reply>] = [:]
    }

    let ended = Eventual<Disconnection>()
    private let connected = Eventual<Void>()
    private let configuration: ConnectionConfiguration
    private let state = Mutex(State())

    init(_ configuration: ConnectionConfiguration) {
        self.configuration = configuration
    }

    func open(_ endpoint: Endpoint, _ transport: any Transport) -> Eventual<Void> {
        let connection = Connection(
            endpoint: endpoint, configuration: configuration, transport: transport, delegate: self)
        state.withLock { $0.connection = connection }
        connection.open()
        return connected
    }

    func close() {
        state.withLock { $0.connection }?.close()
    }

    func join(
        _ topic: String, _ params: JSONText
    ) throws(ChannelsError) -> (Eventual<Payload>, AsyncThrowingStream<ChannelMessage, any Error>) {
        let (messages, feed) = AsyncThrowingStream.makeStream(
            of: ChannelMessage.self, throwing: (any Error).self,
            bufferingPolicy: .bufferingOldest(configuration.maxBufferedMessages))
        let joined = Eventual<Payload>()
        try command { state, connection throws(CommandError) in
            let wake = try connection.join(topic, params: params)
            state.joins[topic] = joined
            state.feeds[topic] = feed
            return wake
        }
        .perform()
        return (joined, messages)
    }

    /// Nobody waits for the join any more: the topic is left, also when the answer has just come, so that it can be
    /// joined again.
    func giveUpJoin(_ topic: String, _ joined: Eventual<Payload>) {
        let leaves = state.withLock { state in
            guard state.joins[topic] === joined else { return false }
            state.joins[topic] = nil
            return true
        }
        if leaves { _ = leave(topic) }
    }

    func push(_ topic: String, _ event: String, _ payload: Payload) throws(ChannelsError) -> (Ref, Eventual<Reply>) {
        let reply = Eventual<Reply>()
        let (ref, wake) = try command { state, connection throws(CommandError) in
            let (ref, wake) = try connection.push(topic, event: event, payload: payload)
            state.replies[ref] = reply
            return (ref, wake)
        }
        wake.perform()
        return (ref, reply)
    }

    /// Nobody waits for this reply any more.
    func forget(_ ref: Ref) {
        let connection = state.withLock { state -> Connection? in
            state.replies.removeValue(forKey: ref) == nil ? nil : state.connection
        }
        connection?.forget([ref])
    }

    /// Nil when there is nothing to leave.
    func leave(_ topic: String) -> Eventual<Void>? {
        let leave = try? command { state, connection throws(CommandError) -> (Eventual<Void>, Wake?) in
            if let leaving = state.leaves[topic] { return (leaving, nil) }
            let wake = try connection.leave(topic)
            let left = Eventual<Void>()
            state.leaves[topic] = left
            return (left, wake)
        }
        leave?.1?.perform()
        return leave?.0
    }

    func connection(_ connection: Connection, produced events: [ConnectionEvent]) {
        for event in events { take(event) }
    }

    private func command<R: Sendable>(
        _ body: (inout State, Connection) throws(CommandError) -> R
    ) throws(ChannelsError) -> R {
        do throws(CommandError) {
            return try state.withLock { state throws(CommandError) -> R in
                guard let connection = state.connection else { throw .notConnected }
                return try body(&state, connection)
            }
        } catch {
            throw ChannelsError(error)
        }
    }

    private func take(_ event: ConnectionEvent) {
        switch event {
        case .connected: connected.settle(.success(()))
        case .connectFailed(let error):
            connected.settle(.failure(.connect(error)))
            ended.settle(.success(Disconnection(cause: error == .cancelled ? .requested : .network)))
        case .disconnected(let end): disconnected(end)
        case .joined(let topic, let response):
            state.withLock { $0.joins[topic] }?.settle(.success(response))
        case .joinFailed(let topic, let failure):
            state.withLock { $0.joins[topic] }?.settle(.failure(ChannelsError(failure)))
            finish(topic, nil)
        case .left(let topic), .topicClosed(let topic): finish(topic, nil)
        case .topicError(let topic, let payload): finish(topic, .crashed(payload))
        case .message(let topic, let event, let payload):
            deliver(ChannelMessage(event: event, payload: payload), topic)
        case .replied(_, let ref, let reply):
            state.withLock { $0.replies.removeValue(forKey: ref) }?.settle(.success(reply))
        case .replyLost(_, let ref, let loss):
            state.withLock { $0.replies.removeValue(forKey: ref) }?.settle(.failure(.lost(loss)))
        }
    }

    private func deliver(_ message: ChannelMessage, _ topic: String) {
        guard let feed = state.withLock({ $0.feeds[topic] }) else { return }
        switch feed.yield(message) {
        case .dropped:
            state.withLock { _ = $0.feeds.removeValue(forKey: topic) }
            feed.finish(throwing: ChannelsError.overflow)
        case .enqueued, .terminated: break
        @unknown default: break
        }
    }

    /// The topic is joined no more.
    private func finish(_ topic: String, _ error: ChannelsError?) {
        let (feed, left) = state.withLock { state in
            state.joins[topic] = nil
            return (state.feeds.removeValue(forKey: topic), state.leaves.removeValue(forKey: topic))
        }
        feed?.finish(throwing: error)
        left?.settle(.success(()))
    }

    private func disconnected(_ end: Disconnection) {
        let feeds = state.withLock { state in
            defer { (state.feeds, state.joins) = ([:], [:]) }
            return Array(state.feeds.values)
        }
        for feed in feeds { feed.finish(throwing: end.cause == .requested ? nil : ChannelsError.disconnected(end)) }
        ended.settle(.success(end))
    }
}
