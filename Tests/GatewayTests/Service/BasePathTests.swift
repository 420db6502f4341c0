import HTTPCore
import HTTPTypes
import TestSupport
import Testing

@testable import Gateway

/// A gateway whose paths begin with something.
@Suite struct BasePathTests {
    private static let basePath = "/apps/slipgate"
    private let harness = GatewayHarness { $0.basePath = BasePath(Self.basePath) ?? .root }

    @Test(arguments: ["/", "/slipgate", "/a/b", "/A.b_c~d-1"]) func aPathIsReadAndWritten(_ text: String) {
        #expect(BasePath(text)?.text == text)
    }

    @Test(arguments: [
        "", "slipgate", "/slipgate/", "//", "/a//b", "/a b", "/a%2Fb", "/a?b", "/.", "/a/..", "/é",
        "/" + String(repeating: "a", count: 255),
    ])
    func anythingElseIsNone(_ text: String) {
        #expect(BasePath(text) == nil)
    }

    @Test func whatIsAnsweredHasTheBasePath() throws {
        let made = try harness.send(
            .post, "\(Self.basePath)/sessions?wait=0", #"{"uri":"ws://127.0.0.1:4000/socket/websocket"}"#)
        let url = try #require(made.string("url"))
        #expect(url.hasPrefix("\(Self.basePath)/sessions/local.") && made.headers[.location] == url)
        #expect(try harness.send(.get, url).string("url") == url)
        let link = try #require(harness.transport.links.last)
        link.accept()
        let session = SessionHarness(harness: harness, id: "", link: link)
        _ = try harness.send(.put, "\(url)/topics/t")
        session.reply(1)
        let push = try harness.send(.post, "\(url)/topics/t/push", #"{"event":"e"}"#)
        #expect(push.string("reply_url")?.hasPrefix("\(url)/replies/") == true, "\(push.text)")
    }

    @Test(arguments: ["/sessions", "/apps/sessions", "/apps/slipgates/sessions", "/", "/apps%2Fslipgate/sessions"])
    func aPathThatDoesNotBeginSoIs404AndSaysWhere(_ path: String) throws {
        let answer = try harness.send(.get, path)
        #expect(answer.status == 404 && answer.string("code") == "not-found")
        #expect(answer.string("detail")?.contains("\(Self.basePath)/openapi.yaml") == true, "\(answer.text)")
    }

    @Test(arguments: ["/livez", "/readyz"]) func probesAreAnsweredWithTheBasePathAndWithout(_ path: String) throws {
        #expect(try harness.send(.get, path).status == 200)
        #expect(try harness.send(.get, Self.basePath + path).status == 200)
    }

    @Test(arguments: ["", "/"]) func theBasePathItselfSaysWhatThisIs(_ end: String) throws {
        #expect(try harness.send(.get, Self.basePath + end).text.contains("POST \(Self.basePath)/sessions"))
        let page = try harness.send(.get, Self.basePath + end, headers: [.accept: "text/html"])
        #expect(page.text.contains(#"href="\#(Self.basePath)/openapi.yaml""#))
    }

    @Test func theDocumentSaysWhereItsPathsAre() throws {
        let text = try harness.send(.get, "\(Self.basePath)/openapi.yaml").text
        #expect(
            text.contains("\nservers:\n  - url: \(Self.basePath)\n") && !text.contains("- url: http://127.0.0.1:8080"))
    }

    /// What of an answer's words is to be requested: a method and a path.
    private func requests(_ answer: GatewayHarness.Pending) -> [(HTTPRequest.Method, String)] {
        let words = answer.string("detail") ?? ""
        return words.matches(of: #/\b(GET|PUT|POST|DELETE) (\/[^\s:,]*[^\s:,.])/#).compactMap { match in
            HTTPRequest.Method(rawValue: String(match.output.1)).map { ($0, String(match.output.2)) }
        }
    }

    @Test func whatIsAdvisedIsServed() throws {
        let body = #"{"uri":"ws://127.0.0.1:4000/"}"#
        let made = try harness.send(.put, "\(Self.basePath)/sessions/cron?wait=0", body)
        let url = try #require(made.string("url"))
        let unconnected = try harness.send(.post, "\(url)/topics/t/push", #"{"event":"e"}"#)
        let waiting = try harness.send(.get, "\(url)/messages?after=latest&wait=30s")
        #expect(try harness.send(.delete, url).status == 204)
        let answers = [
            unconnected, waiting, try harness.send(.get, url), try harness.send(.get, "\(Self.basePath)/sessions/cron"),
            try harness.send(.get, "\(Self.basePath)/sessions/other"),
            try harness.send(.get, "\(Self.basePath)/sessions/local.1"),
            try harness.send(.get, "\(Self.basePath)/nothing"), try harness.send(.get, "/sessions"),
        ]
        for answer in answers {
            let requests = requests(answer)
            #expect(!requests.isEmpty, "\(answer.text)")
            for (method, path) in requests {
                let followed = try harness.send(method, path + (method == .get ? "" : "?wait=0"), body)
                #expect(followed.string("detail")?.contains("paths begin") != true && path.hasPrefix(Self.basePath))
                #expect([200, 202, 409, 410].contains(followed.status ?? 202), "\(method) \(path): \(followed.text)")
            }
        }
    }

    @Test(arguments: [("/apps/slipgate", 200), ("/other", 404), (nil, 404)] as [(String?, Int)])
    func aProxyThatTakesThePrefixOffIsServedWhenItSaysSo(_ prefix: String?, _ status: Int) throws {
        var client = ClientOrigin([.host: "localhost"])
        client.strippedPrefix = prefix
        let request = Request(
            id: "r", method: .get, target: try RequestTarget(Array("/sessions".utf8)), client: client)
        guard case .now(let response) = harness.gateway.respond(to: request) else {
            Issue.record("it waits")
            return
        }
        #expect(response.status.code == status)
    }
}
