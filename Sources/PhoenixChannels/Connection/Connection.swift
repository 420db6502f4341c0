import Synchronization

/// One websocket to a Phoenix server with the topics joined on it: the callback-shaped core.
///
/// Commands run on the caller's thread: there the ref is given and what can't be is refused; frames wait in the outbox,
/// and the event loop is to be woken only when that was empty, to write them all with one flush: by the `Wake` that a
/// command returns, once the caller holds no lock. Events come in batches, one a
/// read, on the event loop and with no lock held; never out of a command. Reconnecting will open a new link here, with
/// the machine's numbers going on.
package final class Connection: Sendable, TransportHandler {
    private struct State {
        var machine = SocketStateMachine()
        var outbox: [Frame] = []
        var outboxBytes = 0
        var link: (any TransportLink)?
        /// Why we end the websocket when it isn't the user's wish: told when it has closed.
        var ownEnd: Disconnection?
    }

    private struct WeakDelegate: Sendable {
        weak let delegate: (any ConnectionDelegate)?
    }

    /// A frame that can't be read: RFC 6455 section 7.4.1.
    private static let protocolError: UInt16 = 1002
    private static let normalClosure: UInt16 = 1000
    /// Room for two refs, an event of the protocol's, and the punctuation of an envelope.
    private static let envelopeBytes = 128

    private let endpoint: Endpoint
    private let configuration: ConnectionConfiguration
    private let transport: any Transport
    private let delegate: WeakDelegate
    private let state = Mutex(State())

    package init(
        endpoint: Endpoint, configuration: ConnectionConfiguration = ConnectionConfiguration(),
        transport: any Transport, delegate: any ConnectionDelegate
    ) {
        self.endpoint = endpoint
        self.configuration = configuration
        self.transport = transport
        self.delegate = WeakDelegate(delegate: delegate)
    }

    /// Connects: `connected` or `connectFailed` will tell.
    package func open() {
        let link = transport.open(endpoint, configuration, handler: self)
        state.withLock { $0.link = $0.link ?? link }
    }

    /// Joins a topic: `joined` or `joinFailed` will tell.
    package func join(_ topic: String, params: JSONText) throws(CommandError) -> Wake {
        // Checked first: a join can't be taken back once it has its number. An escaped byte takes six.
        guard params.bytes.count + 6 * topic.utf8.count + Self.envelopeBytes <= configuration.maxFrameBytes else {
            throw .tooLarge(limit: configuration.maxFrameBytes)
        }
        return try send { machine throws(CommandError) in (Ref(0), try machine.join(topic, params: params)) }.wake
    }

    /// Leaves a topic: `left` will tell.
    package func leave(_ topic: String) throws(CommandError) -> Wake {
        try send { machine throws(CommandError) in (Ref(0), try machine.leave(topic)) }.wake
    }

    /// Sends a message to a channel, once: `replied` or `replyLost` will tell, if the server answers at all.
    package func push(
        _ topic: String, event: String, payload: Payload
    ) throws(CommandError) -> (ref: Ref, wake: Wake) {
        try send { machine throws(CommandError) in
            try machine.push(topic, event: event, payload: payload)
        }
    }

    /// Nobody waits for these pushes' replies any more: they are not told when they come.
    package func forget(_ refs: [Ref]) {
        state.withLock { $0.machine.forget(refs) }
    }

    /// Closes the websocket with code 1000, behind what is still to be sent.
    package func close() {
        let link = state.withLock { state in state.machine.close() ? state.link : nil }
        link?.close(code: Self.normalClosure)
    }

    private func send(
        _ command: (inout SocketStateMachine) throws(CommandError) -> (ref: Ref, message: Message)
    ) throws(CommandError) -> (ref: Ref, wake: Wake) {
        try state.withLock { state throws(CommandError) -> (Ref, Wake) in
            guard state.outboxBytes < configuration.maxOutboxBytes else { throw .backlogged }
            let (ref, message) = try command(&state.machine)
            guard let frame = try? V2Serializer.encode(message, by: .client) else {
                state.machine.forget([ref])
                throw .nameTooLong
            }
            guard frame.count <= configuration.maxFrameBytes else {
                state.machine.forget([ref])
                throw .tooLarge(limit: configuration.maxFrameBytes)
            }
            state.outbox.append(frame)
            state.outboxBytes += frame.count
            return (ref, Wake(link: state.outbox.count == 1 ? state.link : nil))
        }
    }

    // MARK: The transport's reports

    package func transportOpened(_ link: any TransportLink) {
        let events = state.withLock { state in
            state.link = link
            return state.machine.opened()
        }
        tell(events)
    }

    package func transportFailed(_ error: ConnectError) {
        tell(
            state.withLock { state in
                state.link = nil
                return state.machine.connectFailed(error)
            })
    }

    package func transportReceived(_ frames: [Frame]) {
        let (events, violated) = state.withLock { state in
            var events: [ConnectionEvent] = []
            for frame in frames {
                guard let message = try? V2Serializer.decode(frame, by: .server) else { return (events, true) }
                events += state.machine.received(message)
            }
            return (events, false)
        }
        tell(events)
        if violated {
            end(
                Disconnection(cause: .server, reason: "the server sent a frame that is not a V2 message"),
                code: Self.protocolError)
        }
    }

    package func transportTakesFrames() -> [Frame] {
        state.withLock { state in
            let frames = state.outbox
            (state.outbox, state.outboxBytes) = ([], 0)
            return frames
        }
    }

    package func transportHeartbeatDue() {
        let (action, link) = state.withLock { state in
            let action = state.machine.heartbeatDue()
            if case .send(let message) = action, let frame = try? V2Serializer.encode(message, by: .client) {
                state.outbox.append(frame)
                state.outboxBytes += frame.count
            }
            return (action, state.link)
        }
        switch action {
        case .send: link?.wake()
        case .timedOut:
            end(
                Disconnection(cause: .heartbeat, reason: "the server did not answer a heartbeat"),
                code: Self.normalClosure)
        case .none: break
        }
    }

    package func transportClosed(code: UInt16?, reason: String) {
        tell(
            state.withLock { state in
                state.link = nil
                (state.outbox, state.outboxBytes) = ([], 0)
                let seen = Disconnection(cause: code == nil ? .network : .server, code: code, reason: reason)
                return state.machine.closed(state.ownEnd ?? seen)
            })
    }

    /// Ends the websocket for a reason of our own, which is told once it has closed.
    private func end(_ end: Disconnection, code: UInt16) {
        let link = state.withLock { state in
            state.ownEnd = end
            return state.link
        }
        link?.close(code: code)
    }

    private func tell(_ events: [ConnectionEvent]) {
        guard !events.isEmpty else { return }
        delegate.delegate?.connection(self, produced: events)
    }
}
