import Foundation
import PhoenixChannels
import TestSupport
import Testing

/// A gateway with a file of endpoints, and demo servers behind them, each a process of its own.
@Suite(.serialized, .timeLimit(.minutes(10))) struct EndpointTests {
    private let folder = TemporaryFolder()

    private func serve(_ file: String) throws -> Slipgate {
        try Slipgate("serve", "--port", "0", "--config", folder.write(file, to: "slipgate.yaml"))
    }

    private func ping(_ client: HTTPTestClient, _ answer: HTTPTestClient.Response) throws {
        #expect(answer.status == 201, "\(answer.text)")
        let session = try #require(answer.string("url"))
        let reply = try client.request(
            "POST", "\(session)/topics/rooms:lobby/push?wait=30s&join=true", body: #"{"event":"ping"}"#)
        #expect(reply.status == 200, "\(reply.text)")
        let shown = try client.request("GET", session).text
        #expect(shown.contains(#""uri":null,"endpoint":"chat""#), "\(shown)")
    }

    @Test func aSessionAndACallGoOverAnEndpointWhoseTokenTheyDoNotKnow() throws {
        let phoenix = try Slipgate("phoenix", "--port", "0")
        let port = try phoenix.port()
        // Raw uris lead nowhere here: the endpoint needs no allowance.
        let gateway = try serve(
            """
            allow_uris: []
            endpoints:
              chat: {uri: 'ws://127.0.0.1:\(port)/secure/websocket', auth_token: secret}
            """)
        let client = try gateway.client()
        try ping(
            client,
            try client.request("POST", "/sessions", body: #"{"endpoint":"chat","topics":[{"topic":"rooms:lobby"}]}"#))
        let call = try client.request(
            "POST", "/call?wait=30s", body: #"{"endpoint":"chat","topic":"rooms:call","event":"ping"}"#)
        #expect(call.status == 200, "\(call.text)")
        let own = try client.request(
            "POST", "/sessions", body: #"{"uri":"ws://127.0.0.1:\#(port)/socket/websocket"}"#)
        #expect(own.status == 403 && own.string("code") == "endpoint-not-allowed", "\(own.text)")
        let other = try client.request("POST", "/sessions", body: #"{"endpoint":"chat","auth_token":"mine"}"#)
        #expect(other.status == 400, "\(other.text)")
    }

    @Test func anEndpointsOwnAuthorityVouchesForItsCertificate() throws {
        let files = try TestCertificate()
        let phoenix = try Slipgate(
            "phoenix", "--port", "0", "--tls-certificate", files.certificate, "--tls-key", files.key)
        let uri = "wss://localhost:\(try phoenix.port())/socket/websocket"
        let gateway = try serve(
            """
            endpoints:
              chat: {uri: '\(uri)', ca: '\(files.certificate)'}
              unknown: {uri: '\(uri)'}
            """)
        let client = try gateway.client()
        try ping(client, try client.request("POST", "/sessions", body: #"{"endpoint":"chat"}"#))
        for body in [#"{"endpoint":"unknown"}"#, #"{"uri":"\#(uri)"}"#] {
            let refused = try client.request("POST", "/sessions", body: body)
            #expect(refused.status == 502 && refused.text.contains("not signed by an authority"), "\(refused.text)")
        }
    }

    /// `localhost` as a name is allowed to lead to global addresses alone.
    @Test func aNameThatLeadsToAnAddressThatIsNotAllowedIs403AtOnce() throws {
        let phoenix = try Slipgate("phoenix", "--port", "0")
        let port = try phoenix.port()
        let gateway = try Slipgate("serve", "--port", "0", "--allow-uris", "localhost")
        let client = try gateway.client()
        for (path, members) in [
            ("/sessions?wait=50s", ""), ("/call?wait=50s", #","topic":"rooms:lobby","event":"ping""#),
        ] {
            let body = #"{"uri":"ws://localhost:\#(port)/socket/websocket"\#(members)}"#
            let refused = try client.request("POST", path, body: body)
            #expect(refused.status == 403 && refused.string("code") == "endpoint-not-allowed", "\(refused.text)")
            #expect(!refused.text.contains("127.0.0.1") && !refused.text.contains("::1"))
        }
        let literal = try client.request(
            "POST", "/sessions", body: #"{"uri":"ws://127.0.0.1:\#(port)/socket/websocket"}"#)
        #expect(literal.status == 403)
        #expect(try client.request("GET", "/sessions").json.member("sessions")?.elements().isEmpty == true)
    }

    @Test func aRedirectOfTheUpgradeIsNotFollowed() throws {
        let upstream = try RawListener()
        let elsewhere = try RawListener()
        let gateway = try Slipgate("serve", "--port", "0", "--connect-timeout", "2m")
        let socket = try RawSocket(port: try gateway.port())
        let body = #"{"uri":"ws://127.0.0.1:\#(upstream.port)/"}"#
        try socket.send(
            "POST /sessions?wait=30s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
        let server = try RawWebSocketServer.accept(upstream)
        try server.socket.send(
            "HTTP/1.1 302 Found\r\nLocation: ws://127.0.0.1:\(elsewhere.port)/\r\nContent-Length: 0\r\n\r\n")
        let answer = String(decoding: try socket.receiveToEnd(), as: UTF8.self)
        #expect(answer.hasPrefix("HTTP/1.1 502 ") && answer.contains(#""upstream":{"status":302}"#), "\(answer)")
        // The first that comes there is the test's own.
        let own = try RawSocket(port: elsewhere.port)
        try own.send("mine")
        #expect(try elsewhere.accept().receive(4) == Array("mine".utf8))
    }

    @Test func aCertificateThatCanNotBeReadEndsTheStartWith78() throws {
        let file = try folder.write("endpoints: {chat: {uri: 'wss://h/', ca: /nosuch.pem}}", to: "wrong.yaml")
        for command in ["serve", "config"] {
            let result = try Slipgate.run(Slipgate.path, [command, "--config", file])
            #expect(result.status == 78)
            let words = "Error: endpoints.chat.ca of \(file), line 1: /nosuch.pem can't be read\n"
            #expect(result.errors == words, "\(result.errors)")
        }
    }
}
