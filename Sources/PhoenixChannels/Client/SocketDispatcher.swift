import Logging
import Synchronization

/// Hands the connection's events to the tasks that wait for them.
///
/// The lock may be held while the connection's is taken, never the other way round; nobody is resumed under it.
final class SocketDispatcher: ConnectionDelegate {
    /// A topic from its first join's sending to its end.
    struct Topic {
        let joined: Eventual<Payload>
        let events: ChannelEvents
        let presence = ChannelPresence()
        var leaving: Eventual<Void>?
    }

    fileprivate struct State {
        var connection: Connection?
        var topics: [String: Topic] = [:]
        var pushes: PushQueue
    }

    let statuses = StatusStreams()
    let ended = Eventual<Disconnection>()
    private let connected = Eventual<Void>()
    private let configuration: ConnectionConfiguration
    private let state: Mutex<State>

    init(_ configuration: ConnectionConfiguration) {
        self.configuration = configuration
        state = Mutex(State(pushes: PushQueue(maxQueued: configuration.maxQueuedPushes)))
    }

    /// Nobody has the socket any more: whoever still reads its channels or its status sees their end.
    deinit {
        statuses.change(to: .disconnected(Disconnection(cause: .requested), retryIn: nil))
        end(Disconnection(cause: .requested))
    }

    func open(
        _ endpoint: @escaping Connection.EndpointSource, _ transport: any Transport, _ logger: Logger? = nil
    ) -> Eventual<Void> {
        let connection = Connection(
            endpoint: endpoint, configuration: configuration, transport: transport, delegate: self, logger: logger)
        state.withLock { $0.connection = connection }
        connection.open()
        return connected
    }

    func close() {
        state.withLock { $0.connection }?.close()
    }

    var roundTripTime: Duration? { state.withLock { $0.connection }?.roundTripTime }

    var queuedPushes: Int { state.withLock { $0.pushes.queuedCount } }

    // MARK: Topics

    func isKnown(_ topic: String) -> Bool { state.withLock { $0.topics[topic] != nil } }

    func join(_ topic: String, _ params: @escaping @Sendable () -> JSONText) throws(ChannelsError) -> Topic {
        // Asked with no lock held: it may look at the socket, or at a lock of its own.
        let first = params()
        let new = Topic(
            joined: Eventual<Payload>(), events: ChannelEvents(configuration))
        try command { state, connection throws(CommandError) in
            if let known = state.topics[topic] { throw known.leaving == nil ? .alreadyJoined : .leaving }
            let wake = try connection.join(topic, first: first, then: params)
            state.topics[topic] = new
            return wake
        }
        .perform()
        return new
    }

    /// What a join has to wait for while the topic is being left.
    func leaving(_ topic: String) -> Eventual<Void>? { state.withLock { $0.topics[topic]?.leaving } }

    /// Nobody waits for the join any more: the topic is left, also when the answer has just come, so that it can be
    /// joined again.
    func giveUpJoin(_ topic: String, _ joined: Eventual<Payload>) {
        leave(topic, ifJoinedAs: joined)
    }

    /// Leaves a topic.
    ///
    /// What is left at once is done once all is told that came before: an event of this join must not meet the next.
    ///
    /// - Returns: what to wait for; nil when there is nothing to leave.
    @discardableResult
    func leave(_ topic: String, ifJoinedAs joined: Eventual<Payload>? = nil) -> Eventual<Void>? {
        let (leaving, wake) = state.withLock { state -> (Eventual<Void>?, Wake?) in
            guard let known = state.topics[topic], let connection = state.connection else { return (nil, nil) }
            if let joined, known.joined !== joined { return (nil, nil) }
            if let leaving = known.leaving { return (leaving, nil) }
            let leaving = Eventual<Void>()
            state.topics[topic]?.leaving = leaving
            let wake = try? connection.leave(topic)
            if wake == nil { connection.afterTelling { [weak self] in self?.finishLeaving(topic, leaving) } }
            return (leaving, wake)
        }
        wake?.perform()
        return leaving
    }

    /// A topic that was left at once, if no event has ended it before.
    private func finishLeaving(_ topic: String, _ leaving: Eventual<Void>) {
        finish(topic, nil) { $0.leaving === leaving }
    }

    // MARK: Pushes

    func push(
        _ topic: String, as joined: Eventual<Payload>, _ event: String, _ payload: Payload, unjoined: UnjoinedPush
    ) throws(ChannelsError) -> Eventual<Reply> {
        let reply = Eventual<Reply>()
        let (waited, sent) = try command { state, connection throws(CommandError) in
            // A channel that was left doesn't act on a later join of its topic.
            if let known = state.topics[topic], known.joined !== joined { throw .notJoined }
            // What waits was made before: it goes first, also when the topic is joined and that is about to be told.
            let waited = state.pushes.isWaiting(topic) ? state.sendQueued(topic, connection) : Sent()
            let push = PushQueue.Queued(topic: topic, event: event, payload: payload, reply: reply)
            return (waited, Result { () throws(CommandError) in try state.push(push, connection, unjoined) })
        }
        waited.perform()
        switch sent {
        case .success(let wake): wake?.perform()
        case .failure(let error): throw ChannelsError(error)
        }
        return reply
    }

    /// Nobody waits for this reply any more.
    ///
    /// - Returns: whether the push was sent.
    @discardableResult
    func forget(_ reply: Eventual<Reply>) -> Bool {
        let (connection, forgotten) = state.withLock { ($0.connection, $0.pushes.forget(reply)) }
        if let ref = forgotten.ref { connection?.forget([ref]) }
        return forgotten.wasSent
    }

    /// Sends what has waited for the topic.
    private func sendQueued(_ topic: String) {
        let sent = state.withLock { state in state.connection.map { state.sendQueued(topic, $0) } }
        sent?.perform()
    }

    /// Whether a push that failed so can be sent once the topic is joined again.
    fileprivate static func mayPass(_ error: CommandError) -> Bool { error == .notConnected || error == .notJoined }

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

    // MARK: Events

    func connection(_ connection: Connection, produced events: [ConnectionEvent]) {
        for event in events { take(event) }
    }

    private func take(_ event: ConnectionEvent) {
        switch event {
        case .connected(let attempt):
            statuses.change(to: .connected(attempt: attempt))
            connected.settle(.success(()))
        case .connectFailed(let error, let attempt, let retryIn):
            statuses.change(to: .connectFailed(error, attempt: attempt, retryIn: retryIn))
            connected.settle(.failure(.connect(error)))
            guard retryIn == nil else { break }
            let cause = error == .cancelled ? Disconnection.Cause.requested : .network
            end(Disconnection(cause: cause, reason: "\(error)"), .connect(error))
        case .disconnected(let disconnection, let retryIn):
            statuses.change(to: .disconnected(disconnection, retryIn: retryIn))
            if retryIn == nil { end(disconnection) }
        case .joined(let topic, let response, let rejoin):
            let known = state.withLock { $0.topics[topic] }
            known?.presence.joined()
            if let rejoin { known?.events.yield(.rejoined(response: response, rejoin)) }
            known?.joined.settle(.success(response))
            sendQueued(topic)
        case .joinFailed(let topic, let failure, _): finish(topic, ChannelsError(failure))
        case .left(let topic), .topicClosed(let topic): finish(topic, nil)
        case .topicError(let topic, let payload):
            guard configuration.rejoin != nil else { return finish(topic, .crashed(payload)) }
            state.withLock { $0.topics[topic] }?.events.yield(.crashed(payload))
        case .message(let topic, let event, let payload):
            guard let known = state.withLock({ $0.topics[topic] }) else { return }
            let message = ChannelMessage(event: event, payload: payload)
            known.events.yield(.message(message))
            for change in known.presence.received(message) { known.events.yield(.presence(change)) }
        case .replied(_, let ref, let reply):
            state.withLock { $0.pushes.remove(ref) }?.settle(.success(reply))
        case .replyLost(_, let ref, let loss):
            state.withLock { $0.pushes.remove(ref) }?.settle(.failure(.lost(loss)))
        }
    }

    /// The topic is joined no more, and won't be.
    private func finish(_ topic: String, _ error: ChannelsError?, if isMeant: (Topic) -> Bool = { _ in true }) {
        let (known, queued) = state.withLock { state -> (Topic?, [PushQueue.Queued]) in
            guard let known = state.topics[topic], isMeant(known) else { return (nil, []) }
            state.topics[topic] = nil
            return (known, state.pushes.take(topic))
        }
        finish(known, error)
        for push in queued { push.reply.settle(.failure(.notJoined)) }
    }

    private func finish(_ topic: Topic?, _ error: ChannelsError?) {
        topic?.joined.settle(.failure(error ?? .leaving))
        topic?.events.finish(error)
        topic?.leaving?.settle(.success(()))
    }

    /// There will be no other connection.
    private func end(_ disconnection: Disconnection, _ error: ChannelsError? = nil) {
        let (topics, queued) = state.withLock { state in
            defer { state.topics = [:] }
            return (Array(state.topics.values), state.pushes.takeAll())
        }
        let isRequested = disconnection.cause == .requested
        for topic in topics { finish(topic, isRequested ? nil : error ?? .disconnected(disconnection)) }
        for push in queued { push.reply.settle(.failure(.notConnected)) }
        ended.settle(.success(disconnection))
    }
}

/// What is left to do, with no lock held, once pushes that waited were sent.
private struct Sent {
    var wake: Wake?
    var failures: [(reply: Eventual<Reply>, error: CommandError)] = []

    func perform() {
        wake?.perform()
        for (reply, error) in failures { reply.settle(.failure(ChannelsError(error))) }
    }
}

extension SocketDispatcher.State {
    /// Sends a push, or has it wait where it may.
    fileprivate mutating func push(
        _ push: PushQueue.Queued, _ connection: Connection, _ unjoined: UnjoinedPush
    ) throws(CommandError) -> Wake? {
        do throws(CommandError) {
            guard !pushes.isWaiting(push.topic) else { throw .notJoined }
            let (ref, wake) = try connection.push(push.topic, event: push.event, payload: push.payload)
            pushes.sent(ref, push.reply)
            return wake
        } catch {
            guard unjoined == .wait, SocketDispatcher.mayPass(error), let known = topics[push.topic],
                known.leaving == nil
            else {
                throw error
            }
            try pushes.add(push)
            return nil
        }
    }

    /// Sends what has waited for the topic, in order; it waits on where the topic is joined no more by now.
    fileprivate mutating func sendQueued(_ topic: String, _ connection: Connection) -> Sent {
        var sent = Sent()
        var isWaiting = false
        for push in pushes.take(topic) {
            do throws(CommandError) {
                guard !isWaiting else { throw .notConnected }
                let (ref, wake) = try connection.push(topic, event: push.event, payload: push.payload)
                pushes.sent(ref, push.reply)
                if wake.isNeeded { sent.wake = wake }
            } catch {
                isWaiting = SocketDispatcher.mayPass(error)
                if isWaiting { pushes.putBack(push) } else { sent.failures.append((push.reply, error)) }
            }
        }
        return sent
    }
}
