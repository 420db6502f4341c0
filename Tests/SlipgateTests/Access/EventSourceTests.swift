import TestSupport
import Testing

/// README, "Access": an `EventSource` in a browser, of one origin with a gateway whose token nginx adds.
@Suite(.timeLimit(.minutes(10))) struct EventSourceTests {
    @Test func whatAClientSaysOfItselfIsNotBelieved() async throws {
        let gateway = try GuardedGateway(
            "page", arguments: ["--trusted-proxies", "loopback", "--access-log", "true"])
        let server = try await PageServer.start(gateway: gateway.port, token: GuardedGateway.token("page"))
        let lies = [
            "Cookie": "user=ann", "X-Forwarded-For": "192.0.2.1", "X-Forwarded-Proto": "https",
            "X-Forwarded-Host": "evil.example", "X-Forwarded-Prefix": "/evil", "Forwarded": "for=\"",
            "Origin": "https://evil.example",
        ]
        let client = try HTTPTestClient(port: server.port)
        // By the host that it claims the origin would be its own.
        #expect(try client.request("GET", "/sessions/board", headers: lies).status == 403)
        let own = ["Origin": "http://127.0.0.1:\(server.port)"]
        #expect(try client.request("GET", "/sessions/board", headers: lies.merging(own) { $1 }).status == 404)
        try await until { try gateway.log.contains(" status=404 ") }
        let log = try gateway.log
        #expect(log.contains(" client=127.0.0.1 ") && !log.contains("192.0.2.1"), "\(log)")
    }

    @Test func aBrowserFollowsASessionOverTheEndOfAStreamAndNeverSeesTheToken() async throws {
        let phoenix = try Slipgate("phoenix", "--port", "0")
        // The shortest there is, so that the browser comes back.
        let gateway = try GuardedGateway("page", arguments: ["--stream-lifetime", "1s"])
        let token = GuardedGateway.token("page")
        let made = try gateway.request(
            token, "PUT", "/sessions/board",
            body: #"{"uri":"ws://127.0.0.1:\#(try phoenix.port())/socket/websocket","#
                + #""topics":[{"topic":"rooms:lobby"}]}"#)
        #expect(made.status == 201, "\(made.text)")
        func shout(_ number: Int) throws {
            let push = try gateway.request(
                token, "POST", "/sessions/board/topics/rooms:lobby/push",
                body: #"{"event":"broadcast","payload":{"number":\#(number)}}"#)
            #expect(push.status == 202, "\(push.text)")
        }
        let server = try await PageServer.start(gateway: gateway.port, token: token)
        let stranger = try HTTPTestClient(port: server.port)
        #expect(try stranger.request("GET", "/sessions/board").status == 401)
        let user = try stranger.request("GET", "/sessions/board", headers: ["Cookie": "user=ann"])
        #expect(user.status == 200 && !user.text.contains(token))

        try shout(1)
        let browser = try Browser("http://127.0.0.1:\(server.port)/")
        try await until { try server.seen == [1] }
        try shout(2)
        try await until { try server.seen == [1, 2] }
        // It comes back with the id of the last event, and gets what came meanwhile, nothing twice.
        func streams() throws -> Int { try server.requests.count { $0.contains("200 GET /sessions/board/events") } }
        let count = try streams()
        try await until { try streams() > count }
        try shout(3)
        try await until { try server.seen.count >= 3 }
        #expect(try server.seen == [1, 2, 3])
        withExtendedLifetime(browser) {}
    }
}
