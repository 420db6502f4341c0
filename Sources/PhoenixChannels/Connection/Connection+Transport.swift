import Synchronization

/// What the transport reports, on the websocket's event loop, and what time brings.
extension Connection: TransportHandler {
    /// A frame that can't be read: RFC 6455 section 7.4.1.
    private static let protocolError: UInt16 = 1002
    private static let violation = Disconnection(
        cause: .server, code: protocolError, reason: "the server sent a frame that is not a V2 message")

    package func transportOpened(_ link: any TransportLink) {
        let now = transport.now
        let (joins, isWanted) = state.withLock { state in
            state.link = link
            let (events, joins) = state.machine.opened(at: now)
            state.telling.add(events)
            return (joins, state.machine.link.isOpen)
        }
        guard isWanted else { return link.close(code: Self.normalClosure) }
        tell()
        sendJoins(joins, at: now)
        setAlarm(at: now)
    }

    package func transportFailed(_ error: ConnectError) {
        let now = transport.now
        state.withLock { state in
            state.link = nil
            state.attempt += 1
            state.telling.add(state.machine.connectFailed(error, at: now))
        }
        tell()
        setAlarm(at: now)
    }

    package func transportReceived(_ frames: [Frame]) {
        let now = transport.now
        let (violated, deadline) = state.withLock { state -> ((any TransportLink)?, Bool) in
            // What comes behind an unreadable frame can't be told without a gap that nobody was told of.
            guard state.ownEnd == nil else { return (nil, false) }
            var events: [ConnectionEvent] = []
            defer { state.telling.add(events) }
            for frame in frames {
                guard let message = try? V2Serializer.decode(frame, by: .server) else {
                    return (state.end(Self.violation), true)
                }
                events += state.machine.received(message, at: now)
            }
            return (nil, state.needsAlarm)
        }
        tell()
        violated?.close(code: Self.protocolError)
        if deadline { setAlarm(at: now) }
    }

    package func transportTakesFrames() -> [Frame] {
        state.withLock { state in
            let frames = state.outbox
            (state.outbox, state.outboxBytes) = ([], 0)
            return frames
        }
    }

    package func transportClosed(code: UInt16?, reason: String) {
        let now = transport.now
        state.withLock { state in
            state.link = nil
            state.attempt += 1
            (state.outbox, state.outboxBytes) = ([], 0)
            let seen = Disconnection(cause: code == nil ? .network : .server, code: code, reason: reason)
            state.telling.add(state.machine.closed(state.ownEnd.take() ?? seen, at: now))
        }
        tell()
        setAlarm(at: now)
    }

    /// Asks the transport to say when the machine's next deadline has come, unless it will be asked before anyway.
    ///
    /// What was asked for earlier is never taken back: an alarm that finds nothing due is harmless.
    private func setAlarm(at now: Duration) {
        let deadline: Duration? = state.withLock { state in
            guard state.needsAlarm, let deadline = state.machine.deadline else { return nil }
            state.alarm = deadline
            return deadline
        }
        guard let deadline else { return }
        transport.schedule(after: max(.zero, deadline - now)) { [weak self] in self?.alarm(deadline) }
    }

    /// What is left to do once the machine has decided, and no lock is held.
    private struct Due {
        var connects = false
        var joins: [String] = []
        var wake: Wake?
        var roundTripTime: Duration?
        var dead: (any TransportLink)?
    }

    private func alarm(_ deadline: Duration) {
        let now = transport.now
        let due = state.withLock { state in
            var due = Due()
            if state.alarm == deadline { state.alarm = nil }
            // A websocket that is about to end gets nothing more; its end sets the next alarm.
            guard state.ownEnd == nil else { return due }
            // Alarms come on any event loop: a websocket that ends on its own one meanwhile must not leave its heartbeat
            // to the next, in an outbox for which nobody would be woken any more.
            for action in state.machine.due(at: now) {
                switch action {
                case .connect: due.connects = true
                case .sendHeartbeat(let message):
                    // The answer to the one before has come, if there was one.
                    due.roundTripTime = state.machine.heartbeat.roundTripTime
                    due.wake = enqueue(message, &state)
                case .heartbeatTimedOut:
                    due.dead = state.end(
                        Disconnection(cause: .heartbeat, reason: "the server did not answer a heartbeat"))
                case .join(let topic): due.joins.append(topic)
                }
            }
            return due
        }
        due.dead?.drop()
        due.wake?.perform()
        if let time = due.roundTripTime { telemetry.answeredHeartbeat(after: time) }
        if due.connects { connect() }
        sendJoins(due.joins, at: now)
        setAlarm(at: now)
    }

    /// Makes joins, with params that are asked for with no lock held.
    private func sendJoins(_ topics: [String], at now: Duration) {
        let sources = state.withLock { state in topics.map { ($0, state.machine.channels[$0]?.params) } }
        for (topic, source) in sources {
            let params = source?() ?? .emptyObject
            guard fits(topic, params) else {
                let failure = JoinFailure.tooLarge(limit: configuration.maxFrameBytes)
                state.withLock { state in state.telling.add(state.machine.refuseJoin(topic, failure, at: now)) }
                tell()
                continue
            }
            state.withLock { state in
                state.machine.joinMessage(topic, params: params, at: now).flatMap { enqueue($0, &state) }
            }?.perform()
        }
    }
}

extension Connection.State {
    /// The websocket is to end for a reason of our own, which is told once it has closed.
    fileprivate mutating func end(_ reason: Disconnection) -> (any TransportLink)? {
        if link != nil { ownEnd = reason }
        return link
    }

    /// Whether the machine has a deadline before the alarm that is set.
    var needsAlarm: Bool {
        guard ownEnd == nil, let deadline = machine.deadline else { return false }
        return alarm.map { deadline < $0 } ?? true
    }
}
