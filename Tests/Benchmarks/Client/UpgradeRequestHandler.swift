import NIOCore
import NIOHTTP1

/// Sends the request that asks for the websocket.
final class UpgradeRequestHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let port: Int

    init(port: Int) {
        self.port = port
    }

    func channelActive(context: ChannelHandlerContext) {
        let headers: HTTPHeaders = ["Host": "127.0.0.1:\(port)", "Content-Length": "0"]
        let head = HTTPRequestHead(
            version: .http1_1, method: .GET, uri: "/socket/websocket?vsn=2.0.0", headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        context.fireChannelActive()
    }
}
