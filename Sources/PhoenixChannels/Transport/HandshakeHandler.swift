import NIOCore
import NIOHTTP1

/// Asks for the upgrade, and reports an answer that isn't one: its status and the start of its body.
///
/// It never sees a 101: that is the upgrader's, which takes this handler out of the pipeline.
final class HandshakeHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    /// What is kept of a refusal's body.
    private static let maxBodyBytes = 1024

    private let endpoint: Endpoint
    private let failed: (ConnectError) -> Void
    private var status: Int?
    private var body: [UInt8] = []

    init(_ endpoint: Endpoint, failed: @escaping (ConnectError) -> Void) {
        self.endpoint = endpoint
        self.failed = failed
    }

    func channelActive(context: ChannelHandlerContext) {
        var headers = HTTPHeaders([("Host", endpoint.authority), ("Content-Length", "0")])
        for header in endpoint.headers { headers.add(name: header.name, value: header.value) }
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: endpoint.target, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            status = Int(head.status.code)
        case .body(let bytes):
            body += bytes.readableBytesView.prefix(Self.maxBodyBytes - body.count)
        case .end:
            refused()
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if status != nil {
            refused()
        } else {
            failed(.failed(reason: "the upstream closed the connection instead of answering the websocket upgrade"))
        }
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        failed(.failed(reason: "the upstream's answer to the websocket upgrade was not valid"))
        context.close(promise: nil)
    }

    private func refused() {
        failed(.refused(status: status ?? 0, body: body))
    }
}
