import DemoPhoenix
import Gateway
import Logging
import MicroHTTPD
import PhoenixChannels
import TestSupport
import Testing

/// The framings of "Messages and events" over a socket: the embedded server, the gateway and the demo server.
@Suite(.serialized, .timeLimit(.minutes(10))) struct StreamingTests {
    /// A client, and the path of a session that has joined `rooms:lobby`.
    private static func with(
        _ limits: (inout StreamLimits) -> Void, _ body: (HTTPTestClient, HTTPTestClient, String) throws -> Void
    ) async throws {
        let phoenix = try await DemoServer.start(port: 0)
        var configuration = GatewayConfiguration()
        configuration.defaultWait = .seconds(50)
        limits(&configuration.streams)
        let gateway = Gateway(configuration: configuration, transport: NIOWebSocketTransport())
        var listening = ServerConfiguration()
        listening.port = 0
        let server = try Server(configuration: listening, responder: gateway, logger: Logger(label: "test"))
        let result = Result {
            let client = try HTTPTestClient(port: Int(server.port))
            let created = try client.request(
                "POST", "/sessions",
                body: #"{"uri":"ws://127.0.0.1:\#(phoenix.port)/socket/websocket","topics":[{"topic":"rooms:lobby"}]}"#)
            let session = try #require(created.string("url"), "\(created.text)")
            try body(client, HTTPTestClient(port: Int(server.port)), session)
        }
        gateway.drain()
        await server.stop(grace: .zero)
        await phoenix.shutdown()
        try result.get()
    }

    /// Reads chunks until the body has this in it; what had come by then.
    private static func read(_ client: HTTPTestClient, until text: String) throws -> String {
        var body = ""
        while !body.contains(text) {
            let chunk = try client.receiveChunk()
            guard !chunk.isEmpty else { break }
            body += chunk
        }
        return body
    }

    private static func begin(_ client: HTTPTestClient, _ path: String, accept: String) throws -> String {
        try client.send("GET", path, headers: ["Accept": accept])
        return String(decoding: try client.socket.receiveHead(), as: UTF8.self)
    }

    @Test func serverSentEventsComeAsTheyHappen() async throws {
        try await Self.with({ $0.heartbeat = .milliseconds(100) }) { client, pusher, session in
            let head = try Self.begin(client, "\(session)/messages", accept: "text/event-stream")
            #expect(head.hasPrefix("HTTP/1.1 200 "))
            for field in [
                "Content-Type: text/event-stream", "X-Accel-Buffering: no", "Cache-Control: no-store",
                "Transfer-Encoding: chunked",
            ] { #expect(head.contains("\(field)\r\n"), "\(head)") }
            #expect(try Self.read(client, until: ":\n\n") == "retry: 2000\n\n:\n\n")
            let push = try pusher.request(
                "POST", "\(session)/topics/rooms:lobby/push?wait=50s",
                body: #"{"event":"push then reply","payload":{"x":1}}"#)
            #expect(push.status == 200, "\(push.text)")
            let event = try Self.read(client, until: "data:").replacing(":\n\n", with: "")
            #expect(event.hasPrefix("id: ") && event.contains("\nevent: message\ndata: {\"cursor\":"), "\(event)")
            #expect(event.hasSuffix("\"event\":\"before\",\"payload\":{\"x\":1}}\n\n"), "\(event)")
        }
    }

    @Test func aStreamThatHasLastedItsTimeIsRotatedAndItsConnectionGoesOn() async throws {
        try await Self.with({ $0.lifetime = .milliseconds(300) }) { client, _, session in
            _ = try Self.begin(client, "\(session)/messages", accept: "text/event-stream")
            let end = try Self.read(client, until: #""reason":"rotated""#)
            #expect(end.contains("\nevent: end\ndata: {\"kind\":\"end\""))
            #expect(try client.receiveChunk() == "")
            #expect(try client.request("GET", "/livez").status == 200)
        }
    }

    @Test func linesComeAsTheyHappenAndAnEndWithTheSession() async throws {
        try await Self.with({ $0.heartbeat = .milliseconds(100) }) { client, pusher, session in
            let head = try Self.begin(client, "\(session)/events", accept: "application/x-ndjson")
            #expect(
                head.contains("Content-Type: application/x-ndjson\r\n") && head.contains("X-Accel-Buffering: no\r\n"))
            let first = try Self.read(client, until: "heartbeat")
            #expect(first.split(separator: "\n").count == 3 && first.contains(#""kind":"joined""#), "\(first)")
            #expect(first.hasSuffix("}\n"))
            #expect(try pusher.request("DELETE", session).status == 204)
            let rest = try Self.read(client, until: #""kind":"end""#)
            #expect(rest.contains(#""reason":"session-ended""#), "\(rest)")
            #expect(try client.receiveChunk() == "")
        }
    }

    @Test func aStreamsHeadComesBeforeAnythingElseDoes() async throws {
        try await Self.with({ $0.heartbeat = .seconds(60) }) { client, pusher, session in
            let head = try Self.begin(client, "\(session)/messages?after=latest", accept: "application/x-ndjson")
            #expect(head.hasPrefix("HTTP/1.1 200 "))
            _ = try pusher.request("DELETE", session)
            #expect(try client.receiveChunk().contains("session-ended"))
        }
    }

    @Test func newlinesKeepAWaitingAnswerAlive() async throws {
        try await Self.with({ _ in }) { client, _, session in
            try client.send("GET", "\(session)/messages?after=latest&wait=3s&heartbeat=1s")
            let body = try client.receiveChunks()
            // Two, unless one is late.
            #expect(body.prefixMatch(of: /\n{1,2}\{"messages":\[\],/) != nil, "\(body)")
            #expect(try client.request("GET", "/livez").status == 200)
        }
    }

    @Test func aBacklogOfMegabytesReachesAClientThatReadsItLate() async throws {
        try await Self.with({ _ in }) { client, pusher, session in
            _ = try Self.begin(client, "\(session)/messages?limit=1000", accept: "application/x-ndjson")
            let burst = try pusher.request(
                "POST", "\(session)/topics/rooms:lobby/push?wait=50s",
                body: #"{"event":"burst","payload":{"n":1000,"size":4000,"reply":true}}"#)
            #expect(burst.status == 200, "\(burst.text)")
            var body = ""
            while true {
                let chunk = try client.receiveChunk()
                guard !chunk.isEmpty else { break }
                body += chunk
            }
            #expect(body.utf8.count > 4_000_000)
            let lines = body.split(separator: "\n")
            #expect(lines.count == 1_001 && lines.last?.contains(#""reason":"limit""#) == true)
        }
    }
}
