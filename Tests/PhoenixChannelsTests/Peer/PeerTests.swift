import Foundation
import PhoenixChannels
import TestSupport
import Testing

/// The websocket against Python's `websockets`: an implementation that shares nothing with NIO's, or with the raw bytes
/// of the other tests.
@Suite(.timeLimit(.minutes(10))) struct PeerTests {
    private func raw(_ bytes: [UInt8]) -> String { #"{"bytes":"\#(Data(bytes).base64EncodedString())"}"# }

    @Test(arguments: [false, true]) func aPushIsEchoed(_ isTLS: Bool) async throws {
        let socket = try await PeerSocket.open(isTLS ? .tls : .plain, isTLS: isTLS)
        let reply = try await socket.push("echo", #"{"a":"\u00e9 \ud83d\ude00","n":12345678901234567890}"#)
        #expect(reply.member("response")?.member("a")?.string == "\u{E9} \u{1F600}")
        #expect(try await socket.push("nonsense", "{}").member("status")?.string == "error")
    }

    @Test(arguments: [false, true]) func aBinaryPushIsEchoed(_ isTLS: Bool) async throws {
        let socket = try await PeerSocket.open(isTLS ? .tls : .plain, isTLS: isTLS)
        let data = (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }
        let message = Message(
            joinRef: WireRef("1"), ref: WireRef("2"), topic: "t", event: "echo", payload: .binary(data))
        socket.send(try V2Serializer.encode(message, by: .client))
        guard case .received(let frame) = try await socket.handler.next() else {
            Issue.record("no reply")
            return
        }
        #expect(try V2Serializer.decode(frame, by: .server).payload == .binary(data))
    }

    @Test(arguments: [(1, 1), (125, 2), (40_000, 3), (100_000, 500)])
    func fragmentsArePutTogether(_ size: Int, _ pieces: Int) async throws {
        let socket = try await PeerSocket.open()
        let reply = try await socket.push("fragments", #"{"size":\#(size),"pieces":\#(pieces)}"#)
        #expect(reply.member("response")?.member("data")?.string == String(repeating: "\u{20AC}", count: size))
    }

    @Test(arguments: [125, 126, 65_535, 262_144, 1_048_576], [false, true])
    func bigMessagesComeWholeAndGoWhole(_ size: Int, _ isTLS: Bool) async throws {
        let socket = try await PeerSocket.open(isTLS ? .tls : .plain, isTLS: isTLS)
        let data = String(repeating: "b", count: size)
        #expect(
            try await socket.push("big", #"{"size":\#(size)}"#).member("response")?.member("data")?.string == data)
        #expect(
            try await socket.push("echo", #"{"data":"\#(data)"}"#).member("response")?.member("data")?.string == data)
    }

    @Test(arguments: ["", "ping", String(repeating: "p", count: 125)])
    func thePeersPingIsAnswered(_ data: String) async throws {
        let socket = try await PeerSocket.open()
        let reply = try await socket.push("ping", #"{"data":"\#(data)"}"#)
        #expect(reply.member("response")?.member("ponged")?.bool == true)
    }

    @Test(arguments: [
        1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 4000, 4001, 4999,
    ])
    func thePeersCloseIsTold(_ code: UInt16) async throws {
        let socket = try await PeerSocket.open()
        socket.send("close", #"{"code":\#(code),"reason":"b\u00e9"}"#)
        #expect(try await socket.handler.next() == .closed(code: code, reason: "b\u{E9}"))
    }

    @Test(arguments: [false, true]) func ourCloseIsAnswered(_ isTLS: Bool) async throws {
        let socket = try await PeerSocket.open(isTLS ? .tls : .plain, isTLS: isTLS)
        socket.link.close(code: 1000)
        #expect(try await socket.handler.next() == .closed(code: 1000, reason: ""))
    }

    @Test(arguments: [false, true]) func aDroppedConnectionHasNoCode(_ isTLS: Bool) async throws {
        let socket = try await PeerSocket.open(isTLS ? .tls : .plain, isTLS: isTLS)
        socket.send("drop", "{}")
        guard case .closed(nil, _) = try await socket.handler.next() else {
            Issue.record("a drop has a code")
            return
        }
    }

    @Test func compressionIsNotNegotiatedThoughThePeerWould() async throws {
        let seen = try await PeerSocket.open().push("request", "{}")
        #expect(seen.member("response")?.member("extensions")?.integer == 0)
        #expect(seen.member("response")?.member("headers")?.member("sec-websocket-extensions") == nil)
        #expect(seen.member("response")?.member("path")?.string == "/socket/websocket?vsn=2.0.0")
    }

    @Test func row29ThePeerTakesTheAuthTokensSubprotocol() async throws {
        let socket = try PeerSocket.connect(.plain, authToken: AuthToken("secret"))
        try await socket.join()
        let headers = try await socket.push("request", "{}").member("response")?.member("headers")
        #expect(headers?.member("sec-websocket-protocol")?.string == "phoenix, base64url.bearer.phx.c2VjcmV0")
    }

    @Test(
        arguments: [
            ([0xC1, 0x00], 1002), ([0x83, 0x00], 1002), ([0x81, 0x80, 1, 2, 3, 4], 1002), ([0x80, 0x00], 1002),
            ([0x09, 0x00], 1002), ([0x89, 126, 0, 126], 1002), ([0x01, 0x00, 0x81, 0x00], 1002),
            ([0x88, 0x01, 0x03], 1002), ([0x88, 0x02, 0x03, 0xED], 1002), ([0x81, 0x02, 0xC3, 0x28], 1007),
            ([0x82, 127, 0, 0, 0, 1, 0, 0, 0, 0], 1009),
        ] as [([UInt8], UInt16)], [false, true])
    func whatThePeerMustNotSendEndsTheWebsocket(_ violation: ([UInt8], UInt16), _ isTLS: Bool) async throws {
        let socket = try await PeerSocket.open(isTLS ? .tls : .plain, isTLS: isTLS)
        socket.send("raw", raw(violation.0))
        guard case .closed(violation.1, let reason) = try await socket.handler.next() else {
            Issue.record("not ended with \(violation.1)")
            return
        }
        #expect(reason.hasPrefix("the server "))
    }

    @Test func theWholeLibraryTalksOverTLS() async throws {
        let peer = try PythonPeer.shared
        let tls = try TLSOptions(trustedRootsFile: peer.file("ca.pem"))
        let endpoint = try Endpoint(
            uri: "wss://localhost:\(peer.port(.tls))/socket/websocket", authToken: AuthToken("secret"), tls: tls)
        let socket = try await PhoenixSocket.connect(to: endpoint, configuration: .patient)
        let channel = try await socket.join("rooms:lobby", timeout: .seconds(600))
        let reply = try await channel.push("echo", .json(JSONText(#"{"a":1}"#)), timeout: .seconds(600))
        #expect(reply.status == "ok")
        await socket.disconnect()
    }
}
