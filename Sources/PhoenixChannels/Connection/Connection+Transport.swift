import Synchronization

/// What the transport reports, on the websocket's event loop, and what time brings.
extension Connection: TransportHandler {
    /// A frame that can't be read: RFC 6455 section 7.4.1.
    private static let protocolError: UInt16 = 1002

    package func transportOpened(_ link: any TransportLink) {
        let now = transport.now
        let (events, joins) = state.withLock { state in
            state.link = link
            return state.machine.opened(at: now)
        }
        tell(events)
        sendJoins(joins, at: now)
        setAlarm(at: now)
    }

    package func transportFailed(_ error: ConnectError) {
        let now = transport.now
        let events = state.withLock { state in
            state.link = nil
            return state.machine.connectFailed(error, at: now)
        }
        tell(events)
        setAlarm(at: now)
    }

    package func transportReceived(_ frames: [Frame]) {
        let now = transport.now
        let (events, violated, deadline) = state.withLock { state in
            var events: [ConnectionEvent] = []
            for frame in frames {
                guard let message = try? V2Serializer.decode(frame, by: .server) else { return (events, true, true) }
                events += state.machine.received(message, at: now)
            }
            return (events, false, state.needsAlarm)
        }
        tell(events)
        if violated {
            end(Disconnection(cause: .server, reason: "the server sent a frame that is not a V2 message")) {
                $0.close(code: Self.protocolError)
            }
        }
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
        let events = state.withLock { state in
            state.link = nil
            (state.outbox, state.outboxBytes) = ([], 0)
            let seen = Disconnection(cause: code == nil ? .network : .server, code: code, reason: reason)
            return state.machine.closed(state.ownEnd.take() ?? seen, at: now)
        }
        tell(events)
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

    private func alarm(_ deadline: Duration) {
        let now = transport.now
        let actions = state.withLock { state in
            if state.alarm == deadline { state.alarm = nil }
            return state.machine.due(at: now)
        }
        var joins: [String] = []
        for action in actions {
            switch action {
            case .connect: connect()
            case .sendHeartbeat(let message):
                // The answer to the one before has come, if there was one.
                if let time = roundTripTime { telemetry.answeredHeartbeat(after: time) }
                state.withLock { enqueue(message, &$0) }?.perform()
            case .heartbeatTimedOut:
                end(Disconnection(cause: .heartbeat, reason: "the server did not answer a heartbeat")) { $0.drop() }
            case .join(let topic): joins.append(topic)
            }
        }
        sendJoins(joins, at: now)
        setAlarm(at: now)
    }

    /// Makes joins, with params that are asked for with no lock held.
    private func sendJoins(_ topics: [String], at now: Duration) {
        let sources = state.withLock { state in topics.map { ($0, state.machine.channels[$0]?.params) } }
        for (topic, source) in sources {
            let params = source?() ?? .emptyObject
            state.withLock { state in
                state.machine.joinMessage(topic, params: params, at: now).flatMap { enqueue($0, &state) }
            }?.perform()
        }
    }

    /// Ends the websocket for a reason of our own, which is told once it has closed.
    private func end(_ end: Disconnection, _ action: (any TransportLink) -> Void) {
        let link = state.withLock { state in
            state.ownEnd = end
            return state.link
        }
        if let link { action(link) }
    }
}

extension Connection.State {
    /// Whether the machine has a deadline before the alarm that is set.
    var needsAlarm: Bool {
        guard let deadline = machine.deadline else { return false }
        return alarm.map { deadline < $0 } ?? true
    }
}
