import Gateway
import HTTPCore
import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

@Suite struct GatewayTests {
    private let harness = GatewayHarness()

    @Test func theServicesOwnPathsAnswer() throws {
        #expect(try harness.send(.get, "/livez").status == 200)
        #expect(try harness.send(.get, "/readyz").status == 200)
        #expect(try harness.send(.get, "/").text.contains("Slipgate"))
        let document = try harness.send(.get, "/openapi.yaml")
        #expect(document.headers[.contentType] == "application/yaml")
        #expect(document.text.hasPrefix("openapi: 3.1"))
        #expect(try harness.send(.get, "/livez?x=1").status == 400)
        #expect(try harness.send(.get, "/nope").status == 404)
        #expect(try harness.send(.patch, "/sessions").headers[.allow] == "GET, HEAD, OPTIONS, POST")
    }

    @Test func unknownSessionsAre404() throws {
        for path in ["", "/messages", "/topics", "/topics/t", "/replies/x"] {
            let answer = try harness.send(.get, "/sessions/local.nope\(path)")
            #expect(answer.status == 404)
            #expect(answer.string("code") == "session-not-found")
        }
    }

    @Test(arguments: [
        ("evil.example", 421), ("127.0.0.1:8080", 200), ("localhost", 200), ("LocalHost:99", 200), ("[::1]:8080", 200),
        ("127.0.0.1.evil.example", 421), ("", 421), ("localhost:evil", 421), ("127.9.9.9", 200), ("128.0.0.1", 421),
        ("127.0.0.256", 421), ("127.0.1", 421), ("127.0..1", 421), ("127.0.0.1.", 421), ("127.0.0.1.1", 421),
        ("127.0.0.a", 421), ("1127.0.0.1", 421),
    ])
    func aForeignHostIs421(_ host: String, _ status: Int) throws {
        var headers: HTTPFields = [:]
        headers[.testHost] = host
        let answer = try harness.send(.get, "/livez", headers: headers)
        #expect(answer.status == status && answer.string("code") == (status == 421 ? "misdirected-request" : nil))
    }

    @Test func aBrowsersForeignSiteIs403() throws {
        for (name, value, status) in [
            (HTTPField.Name.origin, "http://evil.example", 403), (.origin, "http://127.0.0.1:8080", 200),
            (.origin, "null", 403),
            (.testFetchSite, "cross-site", 403), (.testFetchSite, "same-site", 403),
            (.testFetchSite, "same-origin", 200),
            (.testFetchSite, "none", 200),
        ] {
            var headers: HTTPFields = [:]
            headers[name] = value
            let answer = try harness.send(.get, "/livez", headers: headers)
            #expect(answer.status == status, "\(name): \(value)")
            #expect(answer.string("code") == (status == 403 ? "forbidden" : nil))
        }
    }

    @Test func drainingAnswersWhoeverWaits() throws {
        let session = try harness.session()
        try session.join()
        let read = try session.send(.get, "/messages?after=latest&wait=30s")
        let awaiting = try session.send(.post, "/await?wait=30s", #"{"event":"never"}"#)
        let push = try session.send(.post, "/topics/t/push?wait=30s", #"{"event":"e"}"#)
        let join = try session.send(.put, "/topics/u?wait=30s")
        let creation = try harness.send(.post, "/sessions", #"{"uri":"ws://127.0.0.1/s"}"#)
        harness.gateway.drain()
        #expect(read.status == 200 && read.string("next") != nil)
        #expect(awaiting.status == 503 && awaiting.string("code") == "draining" && awaiting.string("next") != nil)
        #expect(push.status == 503 && push.string("ref") != nil)
        #expect(join.status == 503)
        #expect(creation.status == 503)
        #expect(session.link.closeCodes == [1000])
        #expect(try harness.send(.get, "/readyz").status == 503)
        #expect(try harness.send(.get, "/livez").status == 200)
        #expect(try harness.send(.post, "/sessions", #"{"uri":"ws://127.0.0.1/s"}"#).string("code") == "draining")
        #expect(try session.send(.get, "").string("reason") == "draining")
        #expect(harness.gateway.sessionCount == 0)
    }

    @Test func deletingASessionAnswersWhoeverWaits() throws {
        let session = try harness.session()
        try session.join()
        let waiting = [
            try session.send(.get, "/messages?after=latest&wait=30s"),
            try session.send(.post, "/topics/t/push?wait=30s", #"{"event":"e"}"#),
            try session.send(.put, "/topics/u?wait=30s"),
        ]
        #expect(try session.send(.delete, "").status == 204)
        for pending in waiting {
            #expect(pending.status == 410)
            #expect(pending.string("code") == "session-ended")
        }
    }
}
