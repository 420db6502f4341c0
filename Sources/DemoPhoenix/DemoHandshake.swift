import NIOCore
import NIOHTTP1
import NIOWebSocket

/// Decides on an upgrade, and answers the requests that aren't one, as the recorded server does.
final class DemoHandshake: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private var head: HTTPRequestHead?

    /// Whether the request is for the socket, in a version that is spoken (transcripts `connect_*`).
    static func accepts(_ head: HTTPRequestHead) -> Bool {
        refusal(of: head) == nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = head
        case .body: break
        case .end:
            guard let head else { return }
            let (status, body) = Self.refusal(of: head) ?? Self.upgradeRefusal(of: head)
            answer(status, body, context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A refused upgrade is told as an error first; its request then comes here, and is answered.
        guard !(error is NIOWebSocketUpgradeError) else { return }
        context.close(promise: nil)
    }

    private static func refusal(of head: HTTPRequestHead) -> (HTTPResponseStatus, String)? {
        let parts = head.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts[0] == "/socket/websocket" || parts[0] == "/socket/websocket/" else {
            return (.notFound, #"{"errors":{"detail":"Not Found"}}"#)
        }
        guard head.method == .GET else { return (.badRequest, "") }
        let query = parts.count == 2 ? parts[1].split(separator: "&") : []
        let version = query.last { $0.hasPrefix("vsn=") }?.dropFirst("vsn=".count) ?? ""
        let numbers = version.split(separator: ".", omittingEmptySubsequences: false)
        guard numbers.count == 3, numbers[0] == "2", numbers[1] == "0", Int(numbers[2]) != nil else {
            return (.forbidden, "")
        }
        return nil
    }

    /// Why a request for the right place is not an upgrade.
    private static func upgradeRefusal(of head: HTTPRequestHead) -> (HTTPResponseStatus, String) {
        if !head.headers[canonicalForm: "connection"].contains(where: { $0.lowercased() == "upgrade" }) {
            return (.badRequest, "'connection' header must contain 'upgrade', got []")
        }
        if !head.headers.contains(name: "sec-websocket-key") {
            return (.badRequest, "'sec-websocket-key' header is absent")
        }
        let version = head.headers.first(name: "sec-websocket-version") ?? ""
        return (.badRequest, "'sec-websocket-version' header must equal '13', got [\"\(version)\"]")
    }

    private func answer(_ status: HTTPResponseStatus, _ body: String, _ context: ChannelHandlerContext) {
        let type = body.hasPrefix("{") ? "application/json; charset=utf-8" : "text/plain; charset=utf-8"
        let headers = HTTPHeaders([
            ("content-type", type), ("content-length", String(body.utf8.count)), ("connection", "close"),
        ])
        context.write(wrapOutboundOut(.head(.init(version: .http1_1, status: status, headers: headers))), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: body)))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil))).assumeIsolated().whenComplete { _ in
            context.close(promise: nil)
        }
    }
}
