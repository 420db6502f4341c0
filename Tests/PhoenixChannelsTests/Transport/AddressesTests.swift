import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import PhoenixChannels

/// A name with several addresses, of which the first is refused.
@Suite(.timeLimit(.minutes(10))) struct AddressesTests {
    /// Says for any name: an address of each kind, and nothing listens at that of IPv6, which is tried first.
    private struct TwoAddresses: Resolver {
        private var loop: any EventLoop { MultiThreadedEventLoopGroup.singleton.any() }

        func initiateAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
            loop.makeCompletedFuture { [try SocketAddress(ipAddress: "127.0.0.1", port: port)] }
        }

        func initiateAAAAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
            loop.makeCompletedFuture { [try SocketAddress(ipAddress: "::1", port: port)] }
        }

        func cancelQueries() {}
    }

    private let transport = NIOWebSocketTransport(resolver: TwoAddresses())
    private let handler = RecordingTransportHandler()

    @Test func theUpstreamIsReachedAtTheSecond() async throws {
        let listener = try RawListener()
        let endpoint = try Endpoint(uri: "ws://upstream.example:\(listener.port)/socket/websocket")
        let link = transport.open(endpoint, .patient, handler: handler)
        let server = try RawWebSocketServer.accept(listener)
        try server.upgrade()
        #expect(try await handler.next() == .opened)
        link.close(code: 1000)
        #expect(try server.receiveFrame().data == [0x03, 0xE8])
    }

    @Test func theProxyIsReachedAtTheSecond() async throws {
        let listener = try RawListener()
        let proxy = try HTTPProxy(host: "proxy.example", port: listener.port)
        let endpoint = try Endpoint(uri: "ws://upstream.example/socket/websocket", proxy: proxy)
        _ = transport.open(endpoint, .patient, handler: handler)
        let server = try RawWebSocketServer.accept(listener)
        #expect(server.head.hasPrefix("CONNECT upstream.example:80 "))
        try server.socket.send("HTTP/1.1 200 OK\r\n\r\n")
        let head = String(decoding: try server.socket.receiveHead(), as: UTF8.self)
        try RawWebSocketServer(socket: server.socket, head: head).upgrade()
        #expect(try await handler.next() == .opened)
    }
}
