/// The websocket comes and goes, and time passes.
extension SocketStateMachine {
    /// What is to be done now that some time has passed.
    enum DueAction: Equatable {
        /// Open another websocket.
        case connect
        case sendHeartbeat(Message)
        /// The server is gone, though nobody has said so.
        case heartbeatTimedOut
        /// Make the join of this topic.
        case join(topic: String)
    }

    /// When `due` is next to be asked; nil when nothing waits for time to pass.
    var deadline: Duration? {
        guard link.isOpen else { return link.deadline }
        var deadline = heartbeat.deadline
        for channel in channels.values {
            guard case .waiting(.some(let until), _) = channel.machine else { continue }
            deadline = min(deadline ?? until, until)
        }
        return deadline
    }

    mutating func due(at now: Duration) -> [DueAction] {
        if link.isDue(at: now) { return [.connect] }
        guard link.isOpen else { return [] }
        var actions: [DueAction] = []
        switch heartbeat.due(at: now) {
        case .none: break
        case .timedOut:
            heartbeat.stop()
            return [.heartbeatTimedOut]
        case .send:
            let ref = nextRef()
            heartbeat.sent(ref, at: now)
            let beat = Message(
                joinRef: nil, ref: WireRef(ref), topic: Self.ownTopic, event: "heartbeat",
                payload: .json(.emptyObject))
            actions.append(.sendHeartbeat(beat))
        }
        return actions + joinsDue(at: now).map { .join(topic: $0) }
    }

    /// Topics whose joins can be sent, in the order in which they were asked for.
    private func joinsDue(at now: Duration) -> [String] {
        topics.filter { channels[$0]?.machine.isDue(at: now) == true }
    }

    private var topics: [String] { channels.sorted { $0.value.number < $1.value.number }.map(\.key) }

    /// The websocket is open.
    ///
    /// - Returns: what is told, and the topics whose joins are to be made.
    mutating func opened(at now: Duration) -> (events: [ConnectionEvent], joins: [String]) {
        guard let attempt = link.opened(at: now) else { return ([], []) }
        heartbeat.start(at: now)
        return ([.connected(attempt: attempt)], joinsDue(at: now))
    }

    mutating func connectFailed(_ error: ConnectError, at now: Duration) -> [ConnectionEvent] {
        guard let (attempt, error, retryIn) = link.failed(error, at: now, &jitter) else { return [] }
        let failures = retryIn == nil ? abandonJoins() : []
        return failures + [.connectFailed(error, attempt: attempt, retryIn: retryIn)]
    }

    /// The websocket has ended, and with it every channel and push; what was joined is to be joined anew.
    mutating func closed(_ end: Disconnection, at now: Duration) -> [ConnectionEvent] {
        guard let (wasRequested, retryIn) = link.closed(at: now, &jitter) else { return [] }
        heartbeat.stop()
        var events = lose(.disconnected) { _ in true }
        inFlight = [:]
        for topic in topics { endChannel(topic, &events) }
        if retryIn == nil { events += abandonJoins() }
        let requested = Disconnection(cause: .requested, code: end.code, reason: end.reason)
        events.append(.disconnected(wasRequested ? requested : end, retryIn: retryIn))
        return events
    }

    /// The topic's channel has gone with the connection.
    private mutating func endChannel(_ topic: String, _ events: inout [ConnectionEvent]) {
        switch channels[topic]?.machine {
        case .joined: channels[topic]?.machine.wait(until: nil, .reconnect)
        case .joining(_, .some), .waiting(_, .some): channels[topic]?.machine.wait(until: nil, .reconnect)
        case .joining:
            channels[topic] = nil
            events.append(.joinFailed(topic: topic, .lost(.disconnected), rejoin: nil))
        case .leaving:
            channels[topic] = nil
            events.append(.left(topic: topic))
        case .unjoined: channels[topic] = nil
        case .waiting, nil: break
        }
    }

    /// There will be no other connection unless it is started again: joins that still wait for one have failed, and only
    /// what was joined before is joined anew then.
    mutating func abandonJoins() -> [ConnectionEvent] {
        topics.compactMap { topic in
            guard case .waiting(_, nil) = channels[topic]?.machine else { return nil }
            channels[topic] = nil
            return .joinFailed(topic: topic, .lost(.disconnected), rejoin: nil)
        }
    }

    /// The pushes on these topics, oldest first, as lost; they are in flight no more.
    mutating func lose(_ loss: ReplyLoss, _ isLost: (String) -> Bool) -> [ConnectionEvent] {
        var lost: [(ref: Ref, topic: String)] = []
        for (ref, flight) in inFlight {
            guard case .push(let topic) = flight, isLost(topic) else { continue }
            lost.append((ref, topic))
        }
        lost.sort { $0.ref < $1.ref }
        for (ref, _) in lost { inFlight[ref] = nil }
        return lost.map { .replyLost(topic: $0.topic, ref: $0.ref, loss) }
    }
}
