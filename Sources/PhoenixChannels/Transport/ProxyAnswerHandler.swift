import NIOCore
import NIOHTTP1

/// Tells a proxy's answer that is no tunnel; NIO's own handler keeps its status to itself.
final class ProxyAnswerHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias InboundOut = HTTPClientResponsePart

    private let failed: (ConnectError) -> Void

    init(failed: @escaping (ConnectError) -> Void) {
        self.failed = failed
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head(let head) = unwrapInboundIn(data), !(200..<300).contains(head.status.code) {
            failed(.proxyRefused(status: Int(head.status.code)))
        }
        context.fireChannelRead(data)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let error = error as? IOError {
            failed(.failed(reason: "the network failed: \(error.description)"))
        } else {
            failed(.failed(reason: "the proxy's answer to CONNECT was not valid"))
        }
        context.fireErrorCaught(error)
    }
}
