import Glibc
import NIOCore
import NIOHTTP1
import NIOSSL

/// Asks for the upgrade, and reports an answer that isn't one, with the start of its body.
///
/// It never sees a 101: that is the upgrader's, which takes this handler out of the pipeline.
final class HandshakeHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let endpoint: Endpoint
    private let failed: (ConnectError) -> Void
    private var head: HTTPResponseHead?
    private var body: [UInt8] = []
    private var hasAsked = false

    init(_ endpoint: Endpoint, failed: @escaping (ConnectError) -> Void) {
        self.endpoint = endpoint
        self.failed = failed
    }

    /// The refusal, as far as it has come.
    var refusal: UpgradeRefusal? {
        head.map { head in
            UpgradeRefusal(
                status: Int(head.status.code), headers: head.headers.map { Endpoint.Header(name: $0, value: $1) },
                body: body, now: time(nil))
        }
    }

    func handlerAdded(context: ChannelHandlerContext) {
        // The connection is there already, and may yet be told to be.
        if context.channel.isActive { request(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        request(context)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
        case .body(let bytes):
            body += bytes.readableBytesView.prefix(UpgradeRefusal.maxBodyBytes - body.count)
            // What comes behind is not kept, and may never end.
            if body.count == UpgradeRefusal.maxBodyBytes { end(nil, context) }
        case .end:
            end(nil, context)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        failed(
            refusal.map { .refused($0) }
                ?? .failed(reason: "the upstream closed the connection instead of answering the websocket upgrade"))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end(error, context)
    }

    private func request(_ context: ChannelHandlerContext) {
        guard !hasAsked else { return }
        hasAsked = true
        var headers = HTTPHeaders([("Host", endpoint.authority), ("Content-Length", "0")])
        for header in endpoint.headers { headers.add(name: header.name, value: header.value) }
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: endpoint.target, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    private func end(_ error: (any Error)?, _ context: ChannelHandlerContext) {
        if let refusal {
            failed(.refused(refusal))
        } else if let error {
            failed(connectError(error, context))
        }
        context.close(promise: nil)
    }

    private func connectError(_ error: any Error, _ context: ChannelHandlerContext) -> ConnectError {
        if let error = error as? IOError { return .failed(reason: "the network failed: \(error.description)") }
        let certificate = try? context.channel.pipeline.syncOperations.nioSSL_peerCertificate()
        return TLSFailure.connectError(
            error, host: endpoint.label.map { "of the endpoint \($0)" } ?? endpoint.host, certificate: certificate,
            now: time(nil))
            ?? .failed(reason: "the upstream's answer to the websocket upgrade was not valid")
    }
}
