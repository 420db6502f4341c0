import Foundation
import PhoenixChannels
import TestSupport
import Testing

/// nginx, HAProxy and Caddy with the files in `deploy/`, each in front of the same gateway: README, "Behind a proxy".
@Suite(.serialized, .timeLimit(.minutes(10))) struct ReverseProxyTests {
    /// An answer of the gateway's has an id; what a proxy says itself has none.
    private func isGateways(_ answer: HTTPTestClient.Response) -> Bool { answer["X-Request-Id"] != nil }

    @Test func theWalkThroughPrintsWhatItSays() async throws {
        let steps = try ReadmeSection("## Walk-through").steps
        #expect(steps.count >= 10)
        let demo = try ReadmeDemo("--proxy-decides-access", "true")
        for proxy in try await ProxiedGateway.proxies(gateway: demo.gateway) {
            try demo.run(steps, gateway: proxy.port)
        }
    }

    @Test(arguments: ProxyKind.allCases)
    func aTargetPassesAsItCameWithTheClientsAddressOverAConnectionThatIsKept(_ kind: ProxyKind) async throws {
        let gateway = try RawListener()
        let proxy = try await Proxy.start(kind, gateway: gateway.port)
        let client = try proxy.client()
        let target = "/sessions/local.x/topics/rooms%3Aa%2Fb:c/messages?match=%7B%22a%22%3A1%7D&event=a%20b&after="
        let forged = [
            "Forwarded": "for=192.0.2.1", "X-Forwarded-For": "192.0.2.1", "X-Forwarded-Proto": "https",
            "X-Forwarded-Host": "192.0.2.1", "X-Forwarded-Prefix": "/192.0.2.1",
        ]
        try client.send("GET", target, headers: forged)
        let server = try gateway.accept()
        for request in 1...2 {
            let lines = String(decoding: try server.receiveHead(), as: UTF8.self).split(separator: "\r\n")
            #expect(lines.first == "GET \(target) HTTP/1.1")
            let fields = Set(lines.map { $0.lowercased() })
            #expect(fields.isSuperset(of: ["x-forwarded-for: 127.0.0.1", "x-forwarded-proto: http"]), "\(fields)")
            #expect(!fields.contains { $0.contains("192.0.2.1") || $0 == "connection: close" }, "\(fields)")
            try server.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            #expect(try client.receive().status == 200)
            if request == 1 { try client.send("GET", target, headers: forged) }
        }
    }

    /// What a browser's page on the same site sends, with and without what a liar adds to it.
    @Test func aTrustedProxyIsBelievedAndItsClientIsNot() async throws {
        let proxied = try await ProxiedGateway("--trusted-proxies", "loopback")
        let lies = ["Forwarded": "for=\"", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"]
        for proxy in proxied.proxies {
            for headers in [[:], lies] {
                let origin = ["Origin": "http://127.0.0.1:\(proxy.port)", "Sec-Fetch-Site": "same-origin"]
                let answer = try proxy.client().request("GET", "/livez", headers: origin.merging(headers) { $1 })
                #expect(answer.status == 200, "\(proxy.kind): \(answer.text)")
            }
            let rebound = try proxy.client()
            try rebound.socket.send("GET /livez HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: localhost\r\n\r\n")
            #expect(try rebound.receive().string("code") == "misdirected-request", "\(proxy.kind)")
            #expect(
                try proxy.client().request("GET", "/livez", headers: ["Origin": "http://evil.example"]).status == 403)
        }
        // The same words past the proxies, from a trusted address: only so do they count.
        let direct = try proxied.gateway.client()
        #expect(try direct.request("GET", "/livez", headers: lies).status == 400)
        #expect(try direct.request("GET", "/livez", headers: ["X-Forwarded-Host": "evil.example"]).status == 421)
    }

    /// To be on this machine, and to write its name, is nothing that a client of a proxy can pretend.
    @Test func withoutTokensNobodyComesThroughAProxyUnlessItDecides() async throws {
        let gateway = try Slipgate("serve", "--port", "0")
        for proxy in try await ProxiedGateway.proxies(gateway: gateway.port()) {
            for path in ["/sessions", "/livez"] {
                let client = try proxy.client()
                try client.socket.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
                let refused = try client.receive()
                #expect(refused.status == 403 && refused.string("code") == "forbidden", "\(refused.text)")
                #expect(refused.string("detail")?.contains("proxy_decides_access") == true, "\(refused.text)")
            }
        }
        #expect(try gateway.client().request("GET", "/sessions").status == 200)
    }

    @Test func aTopicWithASlashAndAColonIsJoinedPushedToAndRead() async throws {
        let proxied = try await ProxiedGateway()
        for proxy in proxied.proxies {
            let client = try proxy.client()
            let topic = "\(try proxied.session(client))/topics/rooms%3Aa%2Fb%3Ac"
            #expect(try client.request("PUT", topic, body: "{}").string("topic") == "rooms:a/b:c")
            let push = try client.request("POST", "\(topic)/push", body: #"{"event":"push to me"}"#)
            #expect(push.status == 202, "\(push.text)")
            let read = try client.request("GET", "\(topic)/messages?wait=30s")
            let message = read.json.member("messages")?.elements().first
            #expect(message?.member("topic")?.string == "rooms:a/b:c", "\(read.text)")
        }
    }

    @Test func aBodyOfAMebibytePassesAndALargerOneIsRefused() async throws {
        let proxied = try await ProxiedGateway()
        for proxy in proxied.proxies {
            let push = "\(try proxied.session(proxy.client()))/topics/rooms:lobby/push?event=echo&wait=30s"
            let mebibyte = "\"" + String(repeating: "x", count: 1_048_574) + "\""
            let whole = try proxy.client().request("POST", push, body: mebibyte)
            #expect(whole.status == 200, "\(proxy.kind): \(whole.status)")
            let larger = try proxy.client().request("POST", push, body: mebibyte + " ")
            #expect(larger.status == 413 && isGateways(larger), "\(proxy.kind)")
            #expect(larger.string("code") == "payload-too-large", "\(proxy.kind): \(larger.text)")
        }
    }

    @Test func theLongestPollIsAnsweredByTheGateway() async throws {
        let proxied = try await ProxiedGateway()
        let session = try proxied.session(proxied.gateway.client())
        let polls = try proxied.proxies.map { try $0.client() }
        for poll in polls { try poll.send("GET", "\(session)/messages?after=latest&wait=55s") }
        // A thread that all tests share isn't held meanwhile.
        let answers: [HTTPTestClient.Response] = try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(with: Result { try polls.map { try $0.receive() } })
            }
        }
        for (proxy, answer) in zip(proxied.proxies, answers) {
            #expect(answer.status == 200 && isGateways(answer), "\(proxy.kind): \(answer.status)")
            #expect(answer.json.member("messages")?.elements().isEmpty == true, "\(answer.text)")
        }
    }

    @Test(arguments: ["text/event-stream", "application/x-ndjson"])
    func eachEntryOfAStreamIsSeenBeforeTheNextIsCaused(_ framing: String) async throws {
        let proxied = try await ProxiedGateway()
        for proxy in proxied.proxies {
            let client = try proxy.client()
            let session = try proxied.session(client)
            let stream = try proxy.client()
            try stream.send("GET", "\(session)/messages?after=latest", headers: ["Accept": framing])
            let head = String(decoding: try stream.socket.receiveHead(), as: UTF8.self)
            #expect(head.hasPrefix("HTTP/1.1 200 ") && head.contains(framing), "\(head)")
            for number in 1...5 {
                let push = try client.request(
                    "POST", "\(session)/topics/rooms:lobby/push",
                    body: #"{"event":"broadcast","payload":{"number":\#(number)}}"#)
                #expect(push.status == 202, "\(push.text)")
                var body = ""
                while !body.contains(#""payload":{"number":\#(number)}}"#) {
                    let chunk = try stream.receiveChunk()
                    try #require(!chunk.isEmpty, "\(proxy.kind) ended it")
                    body += chunk
                }
            }
        }
    }

    @Test func twoHundredClientsOfEachWaitAtOnceAndOneMessageAnswersAll() async throws {
        let proxied = try await ProxiedGateway()
        let client = try proxied.gateway.client()
        let session = try proxied.session(client)
        let cursor = try #require(try client.request("GET", session).string("cursor"))
        let before = try proxied.gateway.descriptors
        // A proxy doesn't wait long for a connection's first request.
        let polls = try (0..<600).map { number in
            let poll = try proxied.proxies[number % 3].client()
            try poll.send("GET", "\(session)/messages?after=\(cursor)&wait=55s")
            return poll
        }
        try untilHeld { try proxied.gateway.descriptors >= before + 600 }
        let push = try client.request(
            "POST", "\(session)/topics/rooms:lobby/push", body: #"{"event":"broadcast","payload":{"number":1}}"#)
        #expect(push.status == 202, "\(push.text)")
        for poll in polls {
            let answer = try poll.receive()
            #expect(answer.status == 200 && answer.text.contains(#""payload":{"number":1}"#), "\(answer.text)")
        }
    }

    @Test func clientsThatLeaveWhileTheyWaitAreGoneAtTheGatewayToo() async throws {
        let proxied = try await ProxiedGateway()
        let client = try proxied.gateway.client()
        let session = try proxied.session(client)
        let before = try proxied.gateway.descriptors
        var polls = try proxied.proxies.flatMap { proxy in try (0..<20).map { _ in try proxy.client() } }
        for (number, poll) in polls.enumerated() {
            let headers = number % 2 == 0 ? [:] : ["Accept": "application/x-ndjson"]
            try poll.send("GET", "\(session)/messages?after=latest&wait=55s", headers: headers)
        }
        try untilHeld { try proxied.gateway.descriptors >= before + 60 }
        polls = []
        // This one's wait ends before theirs would.
        try client.send("GET", "\(session)/messages?after=latest&wait=40s")
        try untilHeld { try proxied.gateway.descriptors <= before + 8 }
        #expect(!client.socket.isReadable)
    }

    @Test func whatTheGatewayAnswersWith5xxIsNeitherRepeatedNorHeldAgainstIt() async throws {
        let proxied = try await ProxiedGateway()
        let refusing = try RawListener(refusing: true)
        for (number, proxy) in proxied.proxies.enumerated() {
            let client = try proxy.client()
            let session = try proxied.session(client)
            for round in 0..<5 {
                let push = try client.request(
                    "POST", "\(session)/topics/rooms:lobby/push?wait=100ms",
                    body: #"{"event":"quicksand","payload":{"number":\#(number * 5 + round)}}"#)
                #expect(push.status == 504 && push.string("code") == "reply-timeout", "\(push.text)")
                let created = try client.request(
                    "POST", "/sessions", body: #"{"uri":"ws://127.0.0.1:\#(refusing.port)/"}"#)
                #expect(created.status == 502 && created.string("code") == "upstream-refused", "\(created.text)")
            }
            #expect(try client.request("POST", "\(session)/disconnect").status == 200)
            for _ in 0..<5 {
                let push = try client.request(
                    "POST", "\(session)/topics/rooms:lobby/push", body: #"{"event":"ping"}"#)
                #expect(push.status == 503 && push.string("code") == "disconnected", "\(push.text)")
            }
            #expect(try proxy.client().request("GET", "/readyz").status == 200)
        }
        #expect(try proxied.demo.pushed("quicksand") == Array(0..<15))
    }

    @Test func aGatewayThatIsGoneIsToldOfAndServesAgainAtOnceWhenItIsBack() async throws {
        let proxied = try await ProxiedGateway()
        let session = try proxied.session(proxied.gateway.client())
        let pushes = try proxied.proxies.enumerated().map { number, proxy in
            // HAProxy answers a connection's first request only: another is ended by its end.
            let client = try proxy.client()
            try client.send(
                "POST", "\(session)/topics/rooms:lobby/push?wait=55s",
                body: #"{"event":"quicksand","payload":{"number":\#(number)}}"#)
            return client
        }
        try untilHeld { try proxied.demo.pushed("quicksand").count == 3 }
        let order = try proxied.demo.pushed("quicksand")
        proxied.killGateway()
        for push in pushes {
            let answer = try push.receive()
            #expect(answer.status == 502 && !isGateways(answer), "\(answer.text)")
        }
        for proxy in proxied.proxies {
            for _ in 0..<5 {
                let answer = try proxy.client().request("GET", "/livez")
                #expect(answer.status == (proxy.kind == .haproxy ? 503 : 502) && !isGateways(answer))
            }
        }
        try proxied.restartGateway()
        for proxy in proxied.proxies {
            #expect(try proxy.client().request("GET", "/livez").status == 200, "\(proxy.kind)")
        }
        #expect(order.sorted() == [0, 1, 2])
        #expect(try proxied.demo.pushed("quicksand") == order)
    }
}
