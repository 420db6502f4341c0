import NIOCore
import NIOPosix

/// One websocket from the first look-up of its host to its end; all but `wake` and `close` happen on its event loop.
final class NIOWebSocketLink: TransportLink {
    private enum Phase {
        case connecting(Attempt)
        case open(WebSocketHandler)
        case ended
    }

    private struct Attempt {
        var deadline: Scheduled<Void>?
        var channel: (any Channel)?
        var handshake: HandshakeHandler?
    }

    let loop: any EventLoop
    let endpoint: Endpoint
    let configuration: ConnectionConfiguration
    private let handler: any TransportHandler
    private let resolver: (any Resolver & Sendable)?
    /// Called once, when the websocket has closed or could not be opened.
    private let ended: @Sendable () -> Void
    /// Bound to the loop: touched there only.
    private let phase: NIOLoopBoundBox<Phase>

    init(
        _ loop: any EventLoop, _ endpoint: Endpoint, _ configuration: ConnectionConfiguration,
        _ handler: any TransportHandler, _ resolver: (any Resolver & Sendable)?, ended: @escaping @Sendable () -> Void
    ) {
        self.loop = loop
        self.endpoint = endpoint
        self.configuration = configuration
        self.handler = handler
        self.resolver = resolver
        self.ended = ended
        phase = .makeBoxSendingValue(.connecting(Attempt()), eventLoop: loop)
    }

    func wake() {
        // What is sent in answer to a read goes out at its end.
        if loop.inEventLoop, case .open(let socket) = phase.value, socket.sendsAfterRead() { return }
        loop.execute {
            if case .open(let socket) = self.phase.value { socket.send() }
        }
    }

    func close(code: UInt16) {
        loop.execute {
            switch self.phase.value {
            case .connecting: self.failed(.cancelled)
            case .open(let socket): socket.close(code: code)
            case .ended: break
            }
        }
    }

    func drop() {
        loop.execute {
            switch self.phase.value {
            case .connecting: self.failed(.cancelled)
            case .open(let socket): socket.drop()
            case .ended: break
            }
        }
    }

    /// Looks the host up, connects, and asks for the upgrade, all before one deadline.
    func connect() {
        guard case .connecting(var attempt) = phase.value else { return }
        let timeout = TimeAmount(configuration.connectTimeout)
        let deadline = NIODeadline.now() + timeout
        attempt.deadline = loop.scheduleTask(deadline: deadline) { self.timedOut() }
        phase.value = .connecting(attempt)
        let host = endpoint.proxy?.host ?? endpoint.host
        let port = endpoint.proxy?.port ?? endpoint.port
        let looking = resolver ?? SystemResolver(host: host, port: port, on: loop)
        let checked = endpoint.allowedAddresses.map { CheckedResolver(looking, $0) }
        // What a proxy connects to can't be checked here.
        guard checked == nil || endpoint.proxy == nil else { return failed(.notAllowed) }
        // Of a name's addresses several are tried, each with a channel of its own: only the one that is chosen gets handlers.
        ClientBootstrap(group: loop)
            .resolver(checked ?? looking)
            .connectTimeout(timeout)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .connect(host: host, port: port)
            .assumeIsolated()
            .whenComplete { result in
                switch result {
                case .success(let channel): self.connected(channel, deadline)
                case .failure(let error):
                    self.failed(checked?.hasLeftNone(error) == true ? .notAllowed : self.connectError(error))
                }
            }
    }

    private func connected(_ channel: any Channel, _ deadline: NIODeadline) {
        guard case .connecting(var attempt) = phase.value else { return channel.close(promise: nil) }
        attempt.channel = channel
        phase.value = .connecting(attempt)
        do {
            try addHandlers(to: channel, deadline)
        } catch {
            failed(connectError(error))
        }
    }

    /// The request is about to be sent.
    func began(_ handshake: HandshakeHandler) {
        guard case .connecting(var attempt) = phase.value else { return }
        attempt.handshake = handshake
        phase.value = .connecting(attempt)
    }

    /// The 101 has been read; only now may anything be sent.
    func upgraded(_ channel: any Channel) throws {
        guard case .connecting(let attempt) = phase.value else { throw ChannelError.alreadyClosed }
        attempt.deadline?.cancel()
        let socket = WebSocketHandler(handler, configuration)
        try channel.pipeline.syncOperations.addHandler(socket)
        phase.value = .open(socket)
        channel.closeFuture.whenComplete { [ended] _ in ended() }
        handler.transportOpened(self)
    }

    /// The attempt is over; only the first reason is told.
    func failed(_ error: ConnectError) {
        guard case .connecting(let attempt) = phase.value else { return }
        phase.value = .ended
        attempt.deadline?.cancel()
        attempt.channel?.close(promise: nil)
        handler.transportFailed(error)
        ended()
    }

    /// A refusal whose body has not come to its end is one all the same.
    private func timedOut() {
        guard case .connecting(let attempt) = phase.value else { return }
        failed(attempt.handshake?.refusal.map { .refused($0) } ?? .timedOut)
    }
}
