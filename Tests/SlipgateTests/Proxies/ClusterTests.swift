import Foundation
import PhoenixChannels
import TestSupport
import Testing

/// Two gateways behind nginx, and behind HAProxy, with the files in `deploy/`: README, "Several gateways".
@Suite(.serialized, .timeLimit(.minutes(10))) struct ClusterTests {
    @Test(arguments: ProxyKind.ofClusters, ["", "/slipgate"])
    func everyRequestOfASessionReachesItsNode(_ kind: ProxyKind, _ basePath: String) async throws {
        let cluster = try await ProxiedCluster(kind, basePath: basePath)
        let client = try cluster.proxy.client()
        let sessions = try cluster.sessions(client).merging(try cluster.namedSessions(client)) { "\($0) \($1)" }
        for (node, urls) in sessions {
            for (number, url) in urls.split(separator: " ").map(String.init).enumerated() {
                #expect(url.hasPrefix("\(basePath)/sessions/"))
                try useSession(url, cluster, client, number)
                // The node has it, and the other says whose it is.
                #expect(try cluster.gateway(node).client().request("GET", url).status == 200)
                let other = try cluster.gateway(node == "a" ? "b" : "a").client().request("GET", url)
                #expect(other.string("code") == (number == 0 ? "wrong-node" : "session-not-found"), "\(other.text)")
                #expect(try client.request("DELETE", url).status == 204)
                #expect(try client.request("GET", url).string("reason") == "deleted")
            }
        }
    }

    /// Joins, pushes, reads, streams and so on, with the session's part of the path written in several ways.
    private func useSession(
        _ url: String, _ cluster: ProxiedCluster, _ client: HTTPTestClient, _ number: Int
    ) throws {
        let encoded = url.replacing(".", with: "%2E").replacing("/sessions/w", with: "/sessions/%77")
        let topic = "\(url)/topics/rooms%3Aa%2Fb%3Ac"
        #expect(try client.request("PUT", topic, body: "{}").status == 201)
        let pushed = try client.request(
            "POST", "\(encoded)/topics/rooms:lobby/push?wait=30s", body: #"{"event":"ping"}"#)
        let ref = try #require(pushed.string("ref"), "\(pushed.text)")
        #expect(try client.request("GET", "\(url)/replies/\(ref)").string("status") == "ok")
        let later = try client.request("POST", "\(url)/topics/rooms:lobby/push", body: #"{"event":"ping"}"#)
        let reply = try #require(later.string("reply_url"), "\(later.text)")
        #expect(try client.request("GET", "\(reply)?wait=30s").string("status") == "ok", "\(reply)")
        let inBody = try client.request(
            "POST", "\(url)/push", headers: ["Idempotency-Key": "k-\(number)"],
            body: #"{"topic":"rooms:lobby","event":"broadcast","payload":{"number":\#(number)}}"#)
        let after = try #require(inBody.string("cursor"), "\(inBody.text)")
        let read = try client.request("GET", "\(encoded)/messages?wait=30s&after=\(after)")
        #expect(read.text.contains(#""payload":{"number":\#(number)}"#), "\(read.text)")
        // HAProxy doesn't wait long for a connection's first request.
        let stream = try cluster.proxy.client()
        try stream.send(
            "GET", "\(url)/messages?limit=1&after=\(after)", headers: ["Accept": "application/x-ndjson"])
        #expect(try stream.receiveChunks().contains(#""payload":{"number":\#(number)}"#))
        #expect(try client.request("POST", "\(url)/leave", body: #"{"topic":"rooms:a/b:c"}"#).status == 204)
    }

    @Test(arguments: ProxyKind.ofClusters)
    func aNameFindsTheSessionThatItMade(_ kind: ProxyKind) async throws {
        let cluster = try await ProxiedCluster(kind)
        for number in 0..<10 {
            let client = try cluster.proxy.client()
            let made = try client.request("PUT", "/sessions/job-\(number)", body: try cluster.demo.spec)
            let found = try client.request("PUT", "/sessions/job-\(number)", body: try cluster.demo.spec)
            #expect(made.status == 201 && found.status == 200, "\(found.text)")
            #expect(made.string("id") == found.string("id"))
        }
    }

    @Test(arguments: ProxyKind.ofClusters)
    func aKeyedPostThatIsSentAgainIsDoneOnce(_ kind: ProxyKind) async throws {
        let cluster = try await ProxiedCluster(kind)
        var nodes: Set<String> = []
        for number in 0..<20 {
            let key = ["Idempotency-Key": "key-\(number)"]
            let client = try cluster.proxy.client()
            let made = try client.request("POST", "/sessions", headers: key, body: try cluster.demo.spec)
            let again = try client.request("POST", "/sessions", headers: key, body: try cluster.demo.spec)
            #expect(made.status == 201 && made.string("id") == again.string("id"), "\(again.text)")
            nodes.insert(try cluster.node(of: made))
            let call =
                #"{"uri":"\#(try cluster.demo.uri)","topic":"rooms:lobby","event":"echo","#
                + #""payload":{"number":\#(number)}}"#
            for _ in 0..<2 { #expect(try client.request("POST", "/call", headers: key, body: call).status == 200) }
        }
        #expect(try cluster.demo.pushed("echo") == Array(0..<20))
        #expect(nodes == ["a", "b"])
    }

    @Test(arguments: ProxyKind.ofClusters)
    func whatIsAskedOfANodeByItsNameIsAnsweredByIt(_ kind: ProxyKind) async throws {
        let cluster = try await ProxiedCluster(kind)
        let client = try cluster.proxy.client()
        for node in ProxiedCluster.nodes {
            let header = ["Slipgate-Node": node]
            let made = try client.request("POST", "/sessions", headers: header, body: try cluster.demo.spec)
            #expect(try cluster.node(of: made) == node)
            let list = try client.request("GET", "/sessions", headers: header)
            let ids = try #require(list.json.member("sessions")).elements().map { $0.member("id")?.string }
            #expect(ids == [made.string("id")])
        }
        #expect(try client.request("GET", "/sessions", headers: ["Slipgate-Node": "c"]).status == 410)
        // One that names none asks for none.
        #expect(try client.request("GET", "/sessions", headers: ["Slipgate-Node": ""]).status == 200)
        let large = try client.request("POST", "/sessions", body: String(repeating: " ", count: 1_048_577))
        #expect(large.status == 413 && large.string("code") == "payload-too-large", "\(large.text)")
    }

    @Test(arguments: ProxyKind.ofClusters)
    func aNodeThatIsGoneIsToldOfAndTheOtherGoesOn(_ kind: ProxyKind) async throws {
        let cluster = try await ProxiedCluster(kind)
        let client = try cluster.proxy.client()
        let sessions = try cluster.sessions(client)
        let names = try cluster.namedSessions(client)
        let (lost, lostName) = (try #require(sessions["b"]), try #require(names["b"]))
        let (kept, keptName) = (try #require(sessions["a"]), try #require(names["a"]))
        try cluster.kill("b")
        for (method, url, isRetryable) in [
            ("GET", lost, true), ("DELETE", lost, true), ("POST", "\(lost)/topics/rooms:lobby/push", false),
            ("GET", lostName, true), ("PUT", lostName, true),
        ] {
            let answer = try cluster.proxy.client().request(method, url, body: method == "GET" ? nil : "{}")
            #expect(answer.status == 503 && answer.string("code") == "node-unavailable", "\(answer.text)")
            #expect(answer["Content-Type"] == "application/problem+json" && answer["Retry-After"] == "5")
            #expect(answer.json.member("retryable")?.bool == isRetryable)
        }
        let stranger = try cluster.proxy.client().request("GET", "/sessions/c.4fKq0Zb1sYw8RtXv2LmNp3")
        #expect(stranger.status == 410 && stranger.string("reason") == "node-gone", "\(stranger.text)")
        for url in [kept, keptName] {
            let push = try cluster.proxy.client().request(
                "POST", "\(url)/topics/rooms:lobby/push?wait=30s", body: #"{"event":"ping"}"#)
            #expect(push.status == 200, "\(push.text)")
        }
        // What any node can do is soon done by the other alone.
        var taken = 0
        try await until {
            let made = try cluster.proxy.client().request("POST", "/sessions", body: try cluster.demo.spec)
            taken = made.status == 201 ? taken + 1 : 0
            return taken == 8
        }
    }

    @Test(arguments: ProxyKind.ofClusters)
    func whatANodeAnswersWith5xxIsNeitherRepeatedNorHeldAgainstIt(_ kind: ProxyKind) async throws {
        let cluster = try await ProxiedCluster(kind)
        let refusing = try RawListener(refusing: true)
        let client = try cluster.proxy.client()
        let urls = Array(try cluster.sessions(client).values) + Array(try cluster.namedSessions(client).values)
        for (number, url) in urls.enumerated() {
            for round in 0..<3 {
                let push = try client.request(
                    "POST", "\(url)/topics/rooms:lobby/push?wait=100ms",
                    body: #"{"event":"quicksand","payload":{"number":\#(number * 3 + round)}}"#)
                #expect(push.status == 504 && push.string("code") == "reply-timeout", "\(push.text)")
                for headers in [[:], ["Idempotency-Key": "refused-\(number)-\(round)"]] {
                    let created = try client.request(
                        "POST", "/sessions", headers: headers, body: #"{"uri":"ws://127.0.0.1:\#(refusing.port)/"}"#)
                    #expect(created.status == 502 && created.string("code") == "upstream-refused", "\(created.text)")
                }
            }
            #expect(try client.request("POST", "\(url)/disconnect").status == 200)
            for _ in 0..<3 {
                let push = try client.request("POST", "\(url)/topics/rooms:lobby/push", body: #"{"event":"ping"}"#)
                #expect(push.status == 503 && push.string("code") == "disconnected", "\(push.text)")
            }
        }
        #expect(try cluster.demo.pushed("quicksand") == Array(0..<12))
        for node in ProxiedCluster.nodes {
            #expect(try client.request("GET", "/readyz", headers: ["Slipgate-Node": node]).status == 200)
        }
        // Both still take what any node can do.
        _ = try cluster.sessions(client)
    }
}
