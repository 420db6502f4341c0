import PhoenixChannels
import TestSupport

/// A websocket to the peer.
struct PeerSocket {
    let handler: RecordingTransportHandler
    let link: any TransportLink

    /// Connects to a server of the peer's; what becomes of it is the first event.
    static func connect(
        _ server: PythonPeer.Server, host: String = "localhost", isTLS: Bool = false, tls: TLSOptions = .systemRoots,
        proxy: HTTPProxy? = nil, authToken: AuthToken? = nil
    ) throws -> PeerSocket {
        let endpoint = try Endpoint(
            uri: "\(isTLS ? "wss" : "ws")://\(host):\(try PythonPeer.shared.port(server))/socket/websocket",
            authToken: authToken, tls: tls, proxy: proxy)
        let handler = RecordingTransportHandler()
        let link = NIOWebSocketTransport().open(endpoint, .patient, handler: handler)
        return PeerSocket(handler: handler, link: link)
    }

    /// Connects and joins.
    static func open(_ server: PythonPeer.Server = .plain, isTLS: Bool = false) async throws -> PeerSocket {
        let tls = isTLS ? try TLSOptions(trustedRootsFile: try PythonPeer.shared.file("ca.pem")) : .systemRoots
        let socket = try connect(server, isTLS: isTLS, tls: tls)
        try await socket.join()
        return socket
    }

    func join() async throws {
        let event = try await handler.next()
        guard event == .opened else { throw RecordingTransportError(description: "not opened: \(event)") }
        let reply = try await push("phx_join", "{}")
        guard reply.member("status")?.string == "ok" else {
            throw RecordingTransportError(description: "not joined: \(reply)")
        }
    }

    func send(_ event: String, _ payload: String) {
        send(.text(Array(#"["1","2","t","\#(event)",\#(payload)]"#.utf8)))
    }

    func send(_ frame: Frame) {
        handler.enqueue(frame)
        link.wake()
    }

    /// Pushes, and reads the reply's payload.
    func push(_ event: String, _ payload: String) async throws -> JSONSlice {
        send(event, payload)
        let received = try await handler.next()
        guard case .received(let frame) = received else {
            throw RecordingTransportError(description: "not a reply: \(received)")
        }
        guard case .json(let payload) = try V2Serializer.decode(frame, by: .server).payload else {
            throw RecordingTransportError(description: "not JSON: \(frame)")
        }
        return payload.slice
    }
}
