import HTTPTypes
import PhoenixChannels
import TestSupport
import Testing

/// api.md, "Topics": a `ref` is the gateway's own, and none is taken for a cursor, nor the other way round.
@Suite struct RefFormTests {
    private let session: SessionHarness
    private let push: GatewayHarness.Pending
    private let ref: String
    private let cursor: String

    init() throws {
        session = try GatewayHarness().session()
        try session.join()
        push = try session.send(.post, "/topics/t/push", #"{"event":"e"}"#)
        ref = try #require(push.string("ref"))
        cursor = try #require(push.string("cursor"))
    }

    @Test func aRefHasALetterWhereACursorHasNone() {
        #expect(ref.wholeMatch(of: #/[0-9A-Za-z]{8}-r[0-9]+/#) != nil)
        #expect(cursor.wholeMatch(of: #/[0-9A-Za-z]{8}-[0-9]+/#) != nil)
        #expect(ref.prefix(8) == cursor.prefix(8))
    }

    @Test func aRefWhereACursorIsWantedIsRefused() throws {
        let requests: [(HTTPRequest.Method, String, String)] = [
            (.get, "/messages?after=\(ref)", ""), (.get, "/events?after=\(ref)", ""),
            (.get, "/topics/t/messages?after=\(ref)&wait=1s", ""), (.post, "/await", #"{"after":"\#(ref)"}"#),
            (.delete, "/messages?through=\(ref)", ""),
        ]
        for (method, path, body) in requests {
            let answer = try session.send(method, path, body)
            #expect(answer.status == 400, "\(path)")
            #expect(answer.string("detail")?.contains("is a push's ref, and no cursor") == true, "\(answer.text)")
        }
    }

    @Test(arguments: ["", "?wait=1s"]) func aCursorWhereARefIsWantedIsRefused(_ query: String) throws {
        let answer = try session.send(.get, "/replies/\(cursor)\(query)")
        #expect(answer.status == 400)
        #expect(answer.string("detail")?.contains("is a cursor, and no push's ref") == true)
        #expect(answer.text.contains(#""errors":[{"parameter":"ref","#))
    }

    @Test(arguments: ["x", "r1", "abcdefgh-r1", "abcdefgh-rr1", "abcdefgh-", "abcdefgh-r"])
    func whatIsNeitherIsNoPushOfTheSessions(_ name: String) throws {
        #expect(try session.send(.get, "/replies/\(name)").string("code") == "not-found")
        #expect(try session.send(.get, "/messages?after=\(name)").status == 400)
    }
}
