import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket

/// One websocket from the first look-up of its host to its end; all but `wake` and `close` happen on its event loop.
final class NIOWebSocketLink: TransportLink {
    private enum Phase {
        case connecting(deadline: Scheduled<Void>?, channel: (any Channel)?)
        case open(WebSocketHandler)
        case ended
    }

    private let loop: any EventLoop
    private let endpoint: Endpoint
    private let configuration: ConnectionConfiguration
    private let handler: any TransportHandler
    /// Called once, when the websocket has closed or could not be opened.
    private let ended: @Sendable () -> Void
    /// Bound to the loop: touched there only.
    private let phase: NIOLoopBoundBox<Phase>

    init(
        _ loop: any EventLoop, _ endpoint: Endpoint, _ configuration: ConnectionConfiguration,
        _ handler: any TransportHandler, ended: @escaping @Sendable () -> Void
    ) {
        self.loop = loop
        self.endpoint = endpoint
        self.configuration = configuration
        self.handler = handler
        self.ended = ended
        phase = .makeBoxSendingValue(.connecting(deadline: nil, channel: nil), eventLoop: loop)
    }

    func wake() {
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

    /// Looks the host up, connects and asks for the upgrade, all before one deadline.
    func connect() {
        guard case .connecting = phase.value else { return }
        let deadline = loop.scheduleTask(in: TimeAmount(configuration.connectTimeout)) { self.failed(.timedOut) }
        phase.value = .connecting(deadline: deadline, channel: nil)
        ClientBootstrap(group: loop)
            .connectTimeout(TimeAmount(configuration.connectTimeout))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try self.addHandshake(to: channel) }
            }
            .connect(host: endpoint.host, port: endpoint.port)
            .assumeIsolated()
            .whenComplete { result in
                switch result {
                case .success: break
                case .failure(let error): self.failed(self.connectError(error))
                }
            }
    }

    private func addHandshake(to channel: any Channel) throws {
        guard case .connecting(let deadline, _) = phase.value else { throw ChannelError.alreadyClosed }
        phase.value = .connecting(deadline: deadline, channel: channel)
        let handshake = HandshakeHandler(endpoint) { self.failed($0) }
        let upgrader = NIOWebSocketClientUpgrader(
            maxFrameSize: configuration.maxFrameBytes, automaticErrorHandling: false
        ) { channel, _ in
            channel.eventLoop.makeCompletedFuture { try self.upgraded(channel) }
        }
        let removal = NIOLoopBound(handshake, eventLoop: loop)
        // Frames may come right behind the answer to the upgrade.
        try channel.pipeline.syncOperations.addHTTPClientHandlers(
            leftOverBytesStrategy: .forwardBytes,
            withClientUpgrade: (
                upgraders: [upgrader],
                completionHandler: { $0.pipeline.syncOperations.removeHandler(removal.value, promise: nil) }
            ))
        try channel.pipeline.syncOperations.addHandler(handshake)
    }

    private func upgraded(_ channel: any Channel) throws {
        guard case .connecting(let deadline, _) = phase.value else { throw ChannelError.alreadyClosed }
        deadline?.cancel()
        let socket = WebSocketHandler(handler, configuration)
        try channel.pipeline.syncOperations.addHandlers([
            NIOWebSocketFrameAggregator(
                minNonFinalFragmentSize: 0, maxAccumulatedFrameCount: NIOWebSocketTransport.maxFragments,
                maxAccumulatedFrameSize: configuration.maxFrameBytes),
            socket,
        ])
        phase.value = .open(socket)
        channel.closeFuture.whenComplete { [ended] _ in ended() }
        handler.transportOpened(self)
    }

    /// The attempt is over; only the first reason is told.
    private func failed(_ error: ConnectError) {
        guard case .connecting(let deadline, let channel) = phase.value else { return }
        phase.value = .ended
        deadline?.cancel()
        channel?.close(promise: nil)
        handler.transportFailed(error)
        ended()
    }

    private func connectError(_ error: any Error) -> ConnectError {
        let place = "\(endpoint.host) port \(endpoint.port)"
        switch error {
        case ChannelError.connectTimeout:
            return .timedOut
        case let error as NIOConnectionError:
            guard let failure = error.connectionErrors.first else {
                return .failed(reason: "the name \(endpoint.host) could not be looked up")
            }
            return connectError(failure.error)
        case let error as IOError where error.errnoCode == ECONNREFUSED:
            return .failed(reason: "nothing listens at \(place)")
        case let error as IOError where error.errnoCode == EHOSTUNREACH || error.errnoCode == ENETUNREACH:
            return .failed(reason: "there is no route to \(place)")
        default:
            return .failed(reason: "\(place) could not be connected to")
        }
    }
}
