import NIOCore
import NIOHTTP1
import NIOWebSocket

/// Decides on an upgrade, and answers the requests that aren't one, as the recorded server does.
final class DemoHandshake: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    /// Bytes of a request's body; only the control surface reads any.
    private static let maxBodyBytes = 1 << 20

    private let environment: DemoEnvironment
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []
    /// Of a request that was told to be an upgrade.
    private var decision: DemoDecision?
    /// The websocket of an upgrade that was accepted.
    private(set) var webSocketHandler: DemoWebSocketHandler?

    init(_ environment: DemoEnvironment) {
        self.environment = environment
    }

    /// The headers of the answer to an upgrade; nil to refuse it, which is answered here.
    ///
    /// An accepted socket is known to the hub from here on: whoever has read the 101 can be sure of that.
    func decide(_ head: HTTPRequestHead, on channel: any Channel) -> HTTPHeaders? {
        var decision = DemoDecision(head)
        if case .accept = decision, let refusal = environment.faults?.takeRefusal() {
            decision = .refuse(DemoAnswer(refusal))
        }
        self.decision = decision
        switch decision {
        case .accept(let upgrade):
            let handler = DemoWebSocketHandler(upgrade, environment)
            environment.hub.add(handler.peer(on: channel.eventLoop), until: channel.closeFuture)
            webSocketHandler = handler
            return DemoDecision.subprotocol(head)
        case .refuse: return nil
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = head
        case .body(let buffer):
            body += buffer.readableBytesView
            if body.count > Self.maxBodyBytes { context.close(promise: nil) }
        case .end:
            guard let head else { return }
            answer(head, context)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is DemoWebSocketHandler.Stop else { return context.fireUserInboundEventTriggered(event) }
        context.close(promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A refused upgrade is told as an error first; its request then comes here, and is answered.
        guard !(error is NIOWebSocketUpgradeError) else { return }
        context.close(promise: nil)
    }

    private func answer(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        if let control = DemoControl(head, body, environment, on: context.channel) {
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            control.answer().whenSuccess { answer in
                let (handler, context) = bound.value
                handler.write(answer, context)
            }
            return
        }
        switch decision ?? DemoDecision(head) {
        case .accept: write(DemoDecision.upgradeRefusal(of: head), context)
        case .refuse(let answer): write(answer, context)
        }
    }

    private func write(_ answer: DemoAnswer, _ context: ChannelHandlerContext) {
        let type = answer.body.hasPrefix("{") ? "application/json; charset=utf-8" : "text/plain; charset=utf-8"
        var headers = HTTPHeaders([
            ("content-type", type), ("content-length", String(answer.body.utf8.count)), ("connection", "close"),
        ])
        if let retryAfter = answer.retryAfter { headers.add(name: "retry-after", value: String(retryAfter)) }
        if let head { headers.add(contentsOf: DemoDecision.subprotocol(head)) }
        let status = HTTPResponseStatus(statusCode: answer.status)
        context.write(wrapOutboundOut(.head(.init(version: .http1_1, status: status, headers: headers))), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: answer.body)))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil))).assumeIsolated().whenComplete { _ in
            context.close(promise: nil)
        }
    }
}
