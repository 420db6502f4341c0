import FoundationEssentials
import Glibc
import NIOCore
import NIOExtras
import NIOHTTP1
import NIOPosix
import NIOSSL

/// The way to a websocket: the proxy's tunnel, TLS, and the upgrade, each where there is one.
extension NIOWebSocketLink {
    func addHandlers(to channel: any Channel, _ deadline: NIODeadline) throws {
        if let proxy = endpoint.proxy {
            try addTunnel(to: channel, proxy, deadline)
        } else {
            try addHandshake(to: channel)
        }
    }

    private func addTunnel(to channel: any Channel, _ proxy: HTTPProxy, _ deadline: NIODeadline) throws {
        let host = HostName.bracketed(endpoint.host)
        var headers = HTTPHeaders([("Host", "\(host):\(endpoint.port)")])
        if let authorization = proxy.authorization { headers.add(name: "Proxy-Authorization", value: authorization) }
        let opened = loop.makePromise(of: Void.self)
        let codec: [any ChannelHandler & RemovableChannelHandler] = [
            HTTPRequestEncoder(), ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .forwardBytes)),
        ]
        let answer = ProxyAnswerHandler { self.failed($0) }
        let connect = NIOHTTP1ProxyConnectHandler(
            targetHost: host, targetPort: endpoint.port, headers: headers, deadline: deadline, promise: opened)
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandlers(codec + [answer, connect])
        opened.futureResult.assumeIsolated()
            .flatMap { EventLoopFuture.andAllSucceed(codec.map { pipeline.removeHandler($0) }, on: self.loop) }
            // Behind the decoder, which may still find that what came with the answer is none.
            .flatMap { pipeline.removeHandler(answer) }
            .flatMapThrowing { try self.addHandshake(to: channel) }
            .whenComplete { result in
                if case .failure(let error) = result { self.failed(self.connectError(error)) }
            }
    }

    private func addHandshake(to channel: any Channel) throws {
        let pipeline = channel.pipeline.syncOperations
        if let context = endpoint.tlsContext { try pipeline.addHandler(try context.handler(for: endpoint.host)) }
        let handshake = HandshakeHandler(endpoint) { self.failed($0) }
        let upgrader = WebSocketUpgrader(
            subprotocols: endpoint.subprotocols, upgraded: { try self.upgraded($0) },
            denied: { self.failed($0) })
        let removal = NIOLoopBound(handshake, eventLoop: loop)
        // Frames may come right behind the answer to the upgrade.
        try pipeline.addHTTPClientHandlers(
            leftOverBytesStrategy: .forwardBytes,
            withClientUpgrade: (
                upgraders: [upgrader],
                completionHandler: { $0.pipeline.syncOperations.removeHandler(removal.value, promise: nil) }
            ))
        began(handshake)
        try pipeline.addHandler(handshake)
    }

    /// Why there is no connection.
    func connectError(_ error: any Error) -> ConnectError {
        let place = endpoint.place
        switch error {
        case ChannelError.connectTimeout: return .timedOut
        case let error as NIOHTTP1ProxyConnectHandler.Error:
            return error == .httpProxyHandshakeTimeout()
                ? .timedOut : .failed(reason: "\(place) did not open a tunnel to the upstream")
        case let error as NIOConnectionError:
            guard let failure = error.connectionErrors.first else {
                return .failed(reason: "the name \(endpoint.lookedUpName) could not be looked up")
            }
            return connectError(failure.error)
        case let error as IOError where error.errnoCode == EMFILE || error.errnoCode == ENFILE: return .noDescriptors
        case let error as IOError where error.errnoCode == ECONNREFUSED:
            return .failed(reason: "nothing listens at \(place)")
        case let error as IOError where error.errnoCode == EHOSTUNREACH || error.errnoCode == ENETUNREACH:
            return .failed(reason: "there is no route to \(place)")
        default:
            return .failed(reason: "\(place) could not be connected to")
        }
    }
}

extension Endpoint {
    /// What is connected to, in an error's words.
    fileprivate var place: String {
        if let label { return proxy == nil ? "the endpoint \(label)" : "the proxy of the endpoint \(label)" }
        return proxy.map { "the proxy \($0.host) port \($0.port)" } ?? "\(host) port \(port)"
    }

    /// The name that is looked up, likewise.
    fileprivate var lookedUpName: String {
        label.map { "of the endpoint \($0)" } ?? proxy?.host ?? host
    }
}
