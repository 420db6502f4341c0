import NIOCore
import NIOHTTP1
import NIOWebSocket

/// NIO's websocket handshake, and what RFC 6455 section 4.1 has a client check besides the key's answer.
final class WebSocketUpgrader: NIOHTTPClientProtocolUpgrader {
    let supportedProtocol = "websocket"
    let requiredUpgradeHeaders: [String] = []

    /// Makes the key, and checks the answer to it; it is never asked for its pipeline.
    private let base = NIOWebSocketClientUpgrader { channel, _ in channel.eventLoop.makeSucceededVoidFuture() }
    /// Offered with an auth token; the server answers with the first one where it has taken that.
    private let subprotocols: [String]
    private let upgraded: (any Channel) throws -> Void
    private let denied: (ConnectError) -> Void

    /// - Parameters:
    ///   - subprotocols: to be offered, the wanted one first.
    ///   - upgraded: adds the websocket's handler, behind which the HTTP ones go.
    ///   - denied: hears why when the server's 101 is not to be taken.
    init(
        subprotocols: [String], upgraded: @escaping (any Channel) throws -> Void,
        denied: @escaping (ConnectError) -> Void
    ) {
        self.subprotocols = subprotocols
        self.upgraded = upgraded
        self.denied = denied
    }

    func addCustom(upgradeRequestHeaders headers: inout HTTPHeaders) {
        base.addCustom(upgradeRequestHeaders: &headers)
        guard !subprotocols.isEmpty else { return }
        headers.add(name: "Sec-WebSocket-Protocol", value: subprotocols.joined(separator: ", "))
    }

    func shouldAllowUpgrade(upgradeResponse response: HTTPResponseHead) -> Bool {
        guard let fault = fault(in: response) else { return true }
        denied(fault)
        return false
    }

    func upgrade(context: ChannelHandlerContext, upgradeResponse: HTTPResponseHead) -> EventLoopFuture<Void> {
        context.eventLoop.makeCompletedFuture { try upgraded(context.channel) }
    }

    private func fault(in response: HTTPResponseHead) -> ConnectError? {
        if let words = violation(in: response) { return .failed(reason: words) }
        let isTokenIgnored = !subprotocols.isEmpty && response.headers["Sec-WebSocket-Protocol"].isEmpty
        return isTokenIgnored ? .tokenNotTaken : nil
    }

    /// What the RFC doesn't allow, in words.
    private func violation(in response: HTTPResponseHead) -> String? {
        let headers = response.headers
        if !headers[canonicalForm: "connection"].contains(where: { $0.lowercased() == "upgrade" }) {
            return "the upstream's 101 has no 'Connection: Upgrade'"
        }
        if !base.shouldAllowUpgrade(upgradeResponse: response) {
            return "the upstream's Sec-WebSocket-Accept does not answer the request's key"
        }
        // Extensions and subprotocols that were not offered end the handshake: points 5 and 6.
        if headers.contains(name: "Sec-WebSocket-Extensions") {
            return "the upstream chose a websocket extension that was not offered"
        }
        let chosen = headers["Sec-WebSocket-Protocol"]
        guard let offered = subprotocols.first else {
            return chosen.isEmpty ? nil : "the upstream chose a websocket subprotocol that was not offered"
        }
        // None at all says that the token was not looked at.
        return chosen.isEmpty || chosen == [offered]
            ? nil : "the upstream did not choose the websocket subprotocol 'phoenix'"
    }
}
