import PhoenixChannels
import TestSupport
import Testing

/// A websocket of the client's whose server is played byte by byte.
struct RawWebSocket {
    let handler: RecordingTransportHandler
    let link: any TransportLink
    let server: RawWebSocketServer

    /// Connects, and takes the upgrade.
    static func open(
        on listener: @autoclosure () throws -> RawListener = try RawListener(),
        _ change: (inout ConnectionConfiguration) -> Void = { _ in }
    ) async throws -> RawWebSocket {
        let listener = try listener()
        var configuration = ConnectionConfiguration.patient
        change(&configuration)
        let handler = RecordingTransportHandler()
        let link = NIOWebSocketTransport().open(
            try Endpoint(uri: "ws://127.0.0.1:\(listener.port)/"), configuration, handler: handler)
        let server = try RawWebSocketServer.accept(listener)
        try server.upgrade()
        #expect(try await handler.next() == .opened)
        return RawWebSocket(handler: handler, link: link, server: server)
    }

    /// Sends bytes in two parts of which the client has surely read the first before the second comes: a ping goes
    /// before it, and its answer is awaited.
    func send(_ bytes: [UInt8], splitAt index: Int) throws {
        try server.socket.send([0x89, 0x01, 0x70] + bytes[..<index])
        let pong = try server.receiveFrame()
        guard pong.first == 0x8A, pong.data == [0x70] else {
            throw RecordingTransportError(description: "not the ping's answer: \(pong)")
        }
        try server.socket.send(Array(bytes[index...]))
    }

    /// An unmasked frame.
    static func frame(_ first: UInt8, _ data: some Collection<UInt8>) -> [UInt8] {
        switch data.count {
        case ..<126: [first, UInt8(data.count)] + data
        case ..<65_536: [first, 126, UInt8(data.count >> 8), UInt8(data.count & 0xFF)] + data
        default: [first, 127] + (0..<8).map { UInt8(truncatingIfNeeded: data.count >> (56 - 8 * $0)) } + data
        }
    }
}
