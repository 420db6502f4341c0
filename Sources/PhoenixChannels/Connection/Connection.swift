package import Logging
import Synchronization

/// One client of a Phoenix server, which connects and connects again, with the topics joined: the callback-shaped core.
///
/// Commands run on the caller's thread: there the ref is given and what can't be is refused; frames wait in the outbox,
/// and the event loop is to be woken only when that was empty, to write them all with one flush: by the `Wake` that a
/// command returns, once the caller holds no lock. Events come in batches, one a read, on the event loop and with no lock
/// held; never out of a command. The machine decides; here are its lock, its clock, and the way to the transport.
package final class Connection: Sendable {
    /// Asked for anew at each attempt to connect, on any thread and with no lock held: it must not block.
    package typealias EndpointSource = @Sendable () throws -> Endpoint
    /// Asked for anew at each join, likewise.
    package typealias ParamsSource = @Sendable () -> JSONText

    struct State {
        var machine: SocketStateMachine
        var telling = Telling()
        var outbox: [Frame] = []
        var outboxBytes = 0
        var link: (any TransportLink)?
        /// Goes up with each websocket that is asked for, and when one has ended.
        var attempt: UInt64 = 0
        /// Why we end the websocket when it isn't the user's wish: told when it has closed.
        var ownEnd: Disconnection?
        /// The earliest time for which the transport was asked to say that it has come.
        var alarm: Duration?
    }

    private struct WeakDelegate: Sendable {
        weak let delegate: (any ConnectionDelegate)?
    }

    static let normalClosure: UInt16 = 1000
    /// Room for two refs, an event of the protocol's, and the punctuation of an envelope.
    private static let envelopeBytes = 128

    let configuration: ConnectionConfiguration
    let transport: any Transport
    let state: Mutex<State>
    private let endpoint: EndpointSource
    private let delegate: WeakDelegate
    let telemetry: ConnectionTelemetry

    package init(
        endpoint: @escaping EndpointSource, configuration: ConnectionConfiguration = ConnectionConfiguration(),
        transport: any Transport, delegate: any ConnectionDelegate, logger: Logger? = nil,
        seed: UInt64 = UInt64.random(in: 0...UInt64.max)
    ) {
        telemetry = ConnectionTelemetry(logger)
        self.endpoint = endpoint
        self.configuration = configuration
        self.transport = transport
        self.delegate = WeakDelegate(delegate: delegate)
        state = Mutex(State(machine: SocketStateMachine(configuration, seed: seed)))
    }

    /// The same with an endpoint that stays as it is.
    package convenience init(
        endpoint: Endpoint, configuration: ConnectionConfiguration = ConnectionConfiguration(),
        transport: any Transport, delegate: any ConnectionDelegate, logger: Logger? = nil,
        seed: UInt64 = UInt64.random(in: 0...UInt64.max)
    ) {
        self.init(
            endpoint: { endpoint }, configuration: configuration, transport: transport, delegate: delegate,
            logger: logger, seed: seed)
    }

    /// Connects: `connected` or `connectFailed` will tell.
    ///
    /// Also after `disconnect`, and once connecting was given up: what was joined is then joined anew. While it waits for
    /// the next attempt, that is made now.
    package func open() {
        opening()?()
    }

    /// Decides to connect.
    ///
    /// - Returns: what is left to do for it once the caller holds no lock; nil when it is connected, or about to be.
    package func opening() -> (@Sendable () -> Void)? {
        guard state.withLock({ $0.machine.link.start() }) else { return nil }
        return { self.connect() }
    }

    /// Closes the websocket with code 1000, behind what is still to be sent, and connects only when it is opened again.
    ///
    /// The end is told as that of a lost connection is, its cause `requested`; or, before it was open, as a failed attempt
    /// that was cancelled.
    package func disconnect() {
        disconnecting()?()
    }

    /// Decides to disconnect.
    ///
    /// - Returns: what is left to do for it once the caller holds no lock; nil when no end will be told, it being down or
    ///   about to be.
    package func disconnecting() -> (@Sendable () -> Void)? {
        let (action, link) = state.withLock { state in (end(&state) { $0.disconnect() }, state.link) }
        return carryingOut(action, link)
    }

    /// Joins a topic, as soon as there is a connection: `joined` or `joinFailed` will tell.
    package func join(_ topic: String, params: JSONText) throws(CommandError) -> Wake {
        try join(topic, first: params) { params }
    }

    /// The same with params that are asked for anew at each join, now too.
    package func join(_ topic: String, params source: @escaping ParamsSource) throws(CommandError) -> Wake {
        try join(topic, first: source(), then: source)
    }

    /// The same where they were asked for this join.
    package func join(
        _ topic: String, first params: JSONText, then source: @escaping ParamsSource
    ) throws(CommandError) -> Wake {
        // Checked first: a join can't be taken back once it has its number.
        guard fits(topic, params) else { throw .tooLarge(limit: configuration.maxFrameBytes) }
        let now = transport.now
        return try state.withLock { state throws(CommandError) -> Wake in
            try requireRoom(state)
            let isOpen = try state.machine.join(topic, params: source)
            // On a websocket that is about to end it waits for the next.
            guard isOpen, state.ownEnd == nil, let message = state.machine.joinMessage(topic, params: params, at: now)
            else {
                return Wake(link: nil)
            }
            return enqueue(message, &state) ?? Wake(link: nil)
        }
    }

    /// Leaves a topic: `left` will tell, unless it waits to be joined, in this state or anew: then it is left at once.
    ///
    /// - Returns: nil when it was left at once.
    /// - Throws: `notConnected` when there is no connection: then it is left at once, too.
    package func leave(_ topic: String) throws(CommandError) -> Wake? {
        try state.withLock { state throws(CommandError) -> Wake? in
            guard let message = try state.machine.leave(topic) else { return nil }
            return enqueue(message, &state) ?? Wake(link: nil)
        }
    }

    /// Whether the topic is joined, or is to be joined or left.
    ///
    /// Not once its end has come about, though that may not be told yet: what is told is older than what is so.
    package func has(_ topic: String) -> Bool { state.withLock { $0.machine.channels[topic] != nil } }

    /// Sends a message to a channel, once: `replied` or `replyLost` will tell, if the server answers at all.
    package func push(
        _ topic: String, event: String, payload: Payload
    ) throws(CommandError) -> (ref: Ref, wake: Wake) {
        let sent = try state.withLock { state throws(CommandError) -> (Ref, Wake) in
            guard state.ownEnd == nil else { throw .notConnected }
            try requireRoom(state)
            let (ref, message) = try state.machine.push(topic, event: event, payload: payload)
            guard let frame = try? V2Serializer.encode(message, by: .client) else {
                state.machine.forget([ref])
                throw .nameTooLong
            }
            guard frame.count <= configuration.maxFrameBytes else {
                state.machine.forget([ref])
                throw .tooLarge(limit: configuration.maxFrameBytes)
            }
            return (ref, enqueue(frame, &state))
        }
        telemetry.pushed()
        return sent
    }

    /// Nobody waits for these pushes' replies any more: they are not told when they come.
    package func forget(_ refs: [Ref]) {
        state.withLock { $0.machine.forget(refs) }
    }

    /// Nobody keeps these pushes any more: their replies are told all the same, but not that there will be none.
    package func untrack(_ refs: [Ref]) {
        state.withLock { $0.machine.untrack(refs) }
    }

    /// Keeps a push again that was untracked: that its reply is lost is told, too.
    ///
    /// - Returns: false when it won't come any more, as the join that the push belongs to has ended.
    package func track(_ ref: Ref, on topic: String) -> Bool {
        state.withLock { $0.machine.track(ref, on: topic) }
    }

    /// How long the server took to answer the last heartbeat of this connection; nil before there was one.
    package var roundTripTime: Duration? { state.withLock { $0.machine.heartbeat.roundTripTime } }

    /// Closes the websocket with code 1000, behind what is still to be sent, and connects no more at all.
    package func close() {
        let (action, link) = state.withLock { state in (end(&state) { $0.close() }, state.link) }
        carryingOut(action, link)?()
    }

    /// Ends the link as `close` says; where it needn't be waited for, the end is to be told.
    private func end(
        _ state: inout State, _ close: (inout LinkStateMachine) -> LinkStateMachine.CloseAction
    ) -> LinkStateMachine.CloseAction {
        let action = close(&state.machine.link)
        if action == .ended {
            state.telling.add(
                state.machine.abandonJoins() + [.disconnected(Disconnection(cause: .requested), retryIn: nil)])
        }
        return action
    }

    private func carryingOut(
        _ action: LinkStateMachine.CloseAction, _ link: (any TransportLink)?
    ) -> (@Sendable () -> Void)? {
        switch action {
        case .closeLink: return { link?.close(code: Self.normalClosure) }
        // Events never come out of a command.
        case .ended: return { [self] in transport.schedule(after: .zero) { self.tell() } }
        case .ignored: return nil
        }
    }

    // MARK: What commands and reports share

    /// Opens a websocket; an endpoint that can't be had is a failed attempt.
    func connect() {
        do {
            let endpoint = try endpoint()
            telemetry.connecting(to: endpoint)
            let attempt = state.withLock { state in
                state.attempt += 1
                return state.attempt
            }
            let link = transport.open(endpoint, configuration, handler: self)
            let isClosing = state.withLock { state in
                guard state.machine.link.isExpected else { return true }
                // The transport may have told of the attempt's end, or of its success, already.
                if state.attempt == attempt, state.link == nil { state.link = link }
                return false
            }
            if isClosing { link.close(code: Self.normalClosure) }
        } catch {
            // Another error's words may hold what must not be told.
            let reason = (error as? EndpointError)?.description ?? "\(type(of: error))"
            transport.schedule(after: .zero) { [self] in
                transportFailed(.failed(reason: "there is no endpoint to connect to: \(reason)"))
            }
        }
    }

    /// Tells what has come about and isn't told yet, unless another thread does; no lock may be held.
    func tell() {
        guard state.withLock({ $0.telling.begin() }) else { return }
        while true {
            let items = state.withLock { $0.telling.next() }
            guard !items.isEmpty else { return }
            for item in items {
                switch item {
                case .events(let events):
                    telemetry.told(events)
                    delegate.delegate?.connection(self, produced: events)
                case .action(let action): action()
                }
            }
        }
    }

    /// Runs `action` on an event loop, once all is told that has come about so far.
    func afterTelling(_ action: @escaping @Sendable () -> Void) {
        state.withLock { $0.telling.add(action) }
        transport.schedule(after: .zero) { self.tell() }
    }

    /// Whether a join's frame is one that the server takes; an escaped byte takes six.
    func fits(_ topic: String, _ params: JSONText) -> Bool {
        params.bytes.count + 6 * topic.utf8.count + Self.envelopeBytes <= configuration.maxFrameBytes
    }

    private func requireRoom(_ state: borrowing State) throws(CommandError) {
        guard state.outboxBytes < configuration.maxOutboxBytes else { throw .backlogged }
    }

    /// Adds a message of the protocol's own, which always has a frame.
    func enqueue(_ message: Message, _ state: inout State) -> Wake? {
        (try? V2Serializer.encode(message, by: .client)).map { enqueue($0, &state) }
    }

    private func enqueue(_ frame: Frame, _ state: inout State) -> Wake {
        state.outbox.append(frame)
        state.outboxBytes += frame.count
        return Wake(link: state.outbox.count == 1 ? state.link : nil)
    }
}
